import { assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { type Sample, scanDataset } from "../../models/dataset.ts";
import type { InputSpec } from "../../models/input.ts";
import { evaluate, goldenInput, searchRule } from "../../trainer/evaluate.ts";
import type { GraphRunner } from "../../trainer/package/verify.ts";
import { PLAIN_SIZE, writePlainDataset } from "../helpers/plain_dataset.ts";
import { withTempDir } from "../helpers/temp_dir.ts";
import { FLOAT64_SUM } from "../tolerances.ts";

const input: InputSpec = { width: PLAIN_SIZE, height: PLAIN_SIZE, mean: [0, 0, 0], std: [1, 1, 1] };
const pixels = PLAIN_SIZE ** 2;

/** A graph whose score is a share of the first channel: plates are 40/255 = 0.157, spots 220/255 = 0.863 of it. */
const brightness = (share: number): GraphRunner => ({
  run: (images, batch) => {
    assertEquals([images.length, batch], [3 * pixels, 1]);
    return Promise.resolve(images.slice(0, pixels).map((value) => share * value));
  },
  [Symbol.asyncDispose]: () => Promise.resolve(),
});

/** Three good plates and two with a spot of 64 of their 256 pixels. */
const withPlates = (
  body: (root: string, samples: Sample[]) => Promise<void>,
) =>
  withTempDir(async (root) => {
    await writePlainDataset(root, 3, 2);
    await body(root, await scanDataset(root));
  });

Deno.test("evaluate() measures the masks that the rule makes", () =>
  withPlates(async (root, samples) => {
    const measure = async (threshold: number, minRegionPixels: number) =>
      (await evaluate(brightness(1), { root, samples, input }, { threshold, minRegionPixels }))
        .overall;
    const right = await measure(0.5, 64);
    assertEquals([right.images, right.iou_image, right.iou_defect, right.all_empty], [
      5,
      1,
      1,
      0.6,
    ]);
    const everything = await measure(0.1, 0);
    assertAlmostEquals(everything.iou_image, 2 / 5 * 64 / 256, FLOAT64_SUM);
    assertEquals(everything.iou_defect, 64 / 256);
    const tooSmall = await measure(0.5, 65);
    assertEquals([tooSmall.iou_image, tooSmall.iou_defect], [0.6, 0]);
  }));

Deno.test("evaluate() measures each product by itself, and tells of every sample", () =>
  withPlates(async (root, samples) => {
    const renamed = samples.map((sample) =>
      sample.defect === "good" ? { ...sample, product: "dull" } : sample
    );
    let told = 0;
    const { overall, products } = await evaluate(
      brightness(1),
      { root, samples: renamed, input, onSample: () => told++ },
      { threshold: 0.1, minRegionPixels: 0 },
    );
    assertEquals(told, 5);
    assertEquals(overall.images, 5);
    assertEquals(
      [...products].map(([name, metrics]) => [name, metrics.images, metrics.iou_image]).sort(),
      [["dull", 3, 0], ["plate", 2, 0.25]],
    );
  }));

Deno.test("evaluate() refuses no sample", async () => {
  const source = { root: ".", samples: [], input };
  const rule = { threshold: 0.5, minRegionPixels: 0 };
  await assertRejects(() => evaluate(brightness(1), source, rule), RangeError, "no image");
});

Deno.test("searchRule() finds the threshold between plate and spot, nearest to 0.5", () =>
  withPlates(async (root, samples) => {
    const source = { root, samples, input };
    assertEquals((await searchRule(brightness(1), source)).threshold, 0.5);
    // Spots are 0.302, plates 0.055.
    assertEquals((await searchRule(brightness(0.35), source)).threshold, 0.3);
  }));

Deno.test("goldenInput() is the first defective sample as the graph takes it", () =>
  withPlates(async (root, samples) => {
    const good = samples.filter(({ defect }) => defect === "good");
    const image = await goldenInput({ root, samples: [...good, ...samples], input });
    assertEquals(image.length, 3 * pixels);
    const values = new Set(image.map((value) => Math.round(255 * value)));
    assertEquals([...values].sort(), [220, 40]);
    await assertRejects(() => goldenInput({ root, samples: [], input }), RangeError, root);
  }));
