import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { formatTable, publishedOf, type TableRow } from "../../../trainer/table/format_table.ts";

const cell = (product: string, network: string, iouImage: number): TableRow => ({
  ...{ product, network, preset: "tiny", pretrained: network === "dpt", seed: 0, splitSeed: 0 },
  ...{ steps: 500, batch: 8, threshold: 0.5, images: 59, iouImage, allEmpty: 0.75 },
  ...{ iouDefect: 0.5, onePixel: 0.97 },
});

Deno.test("formatTable() sets ours beside the paper's, a dash where one is missing", () => {
  const table = formatTable([
    cell("plate", "dpt", 0.25),
    cell("bottle", "dpt", 0.95),
    cell("bottle", "unet", 0.875),
  ]);
  assertEquals(
    table,
    `
1 of 15 classes, \`iou_image\` on the test part; in each cell ours, then the paper's:

| class  |           U-Net |   ResU-Net |             DPT | all_empty | one pixel wide |
| ------ | --------------: | ---------: | --------------: | --------: | -------------: |
| bottle | 0.8750 / 0.9187 | – / 0.9199 | 0.9500 / 0.9472 |    0.7500 |         0.9700 |
| plate  |           – / – |      – / – |      0.2500 / – |    0.7500 |         0.9700 |

Each training:

| class  | network              | iou_image |  paper | all_empty | iou_defect | images | steps × batch | seed, split |
| ------ | -------------------- | --------: | -----: | --------: | ---------: | -----: | ------------: | ----------: |
| bottle | unet tiny            |    0.8750 | 0.9187 |    0.7500 |     0.5000 |     59 |       500 × 8 |        0, 0 |
| bottle | dpt tiny, pretrained |    0.9500 | 0.9472 |    0.7500 |     0.5000 |     59 |       500 × 8 |        0, 0 |
| plate  | dpt tiny, pretrained |    0.2500 |      – |    0.7500 |     0.5000 |     59 |       500 × 8 |        0, 0 |
`.trim(),
  );
});

Deno.test("formatTable() gives means over splits, and sets the first split's beside the paper's", () => {
  const table = formatTable([
    cell("bottle", "dpt", 0.95),
    { ...cell("bottle", "dpt", 0.91), splitSeed: 2, iouDefect: 0.75 },
    { ...cell("bottle", "dpt", 0.9), splitSeed: 1, iouDefect: 0.7 },
    cell("bottle", "unet", 0.875),
  ]);
  assertStringIncludes(table, "| bottle | 0.8750 / 0.9187 | – / 0.9199 | 0.9500 / 0.9472 |");
  // Deviations by hand: of .95, .91, .9 from .92, and of .5, .75, .7 from .65.
  assertStringIncludes(
    table,
    `
Mean ± standard deviation over splits:

| class  | network              |       iou_image |       all_empty |      iou_defect | splits |
| ------ | -------------------- | --------------: | --------------: | --------------: | -----: |
| bottle | unet tiny            |          0.8750 |          0.7500 |          0.5000 |      1 |
| bottle | dpt tiny, pretrained | 0.9200 ± 0.0265 | 0.7500 ± 0.0000 | 0.6500 ± 0.1323 |      3 |

Each training:
`,
  );
  assertMatch(table, /0\.9100 \|.*\| +0, 2 \|/);
});

Deno.test("formatTable() sets a dash where the first split has no result, not another split's", () => {
  const table = formatTable([
    cell("bottle", "unet", 0.875),
    { ...cell("bottle", "dpt", 0.91), splitSeed: 1 },
    { ...cell("screw", "dpt", 0.8), splitSeed: 1, allEmpty: 0.7 },
  ]);
  assertMatch(
    table,
    /\| bottle \| 0\.8750 \/ 0\.9187 \| – \/ 0\.9199 \| +– \/ 0\.9472 \| +0\.7500 \|/,
  );
  assertMatch(table, /\| screw +\| +– \/ 0\.9029 \|.*\| +– \| +– \|/);
  assertStringIncludes(table, "over splits");
});

Deno.test("publishedOf() knows the paper's classes and networks only", () => {
  assertEquals(publishedOf({ product: "screw", network: "dpt" }), 0.9411);
  assertEquals(publishedOf({ product: "screw", network: "other" }), undefined);
  assertEquals(publishedOf({ product: "toString", network: "dpt" }), undefined);
});
