import { join } from "@std/path";
import { assertEquals, assertRejects } from "@std/assert";
import { checkSample, loadSample, scanDataset } from "../../models/dataset.ts";
import { ImageError } from "../../models/decode.ts";
import { encodeGrayPng, encodePng } from "../../models/encode.ts";
import { sha256Hex } from "../../models/package.ts";
import { emptyFiles, maskPng, withFiles } from "../helpers/data_files.ts";
import { concat, makePng, pngChunk } from "../helpers/png.ts";
import { sharedDataDir, testIf } from "../helpers/require.ts";

const PATHS = [
  "wood/train/good/001.png",
  "wood/train/good/000.png",
  "wood/train/good/notes.txt",
  "wood/test/good/000.jpg",
  "wood/test/hole/000.png",
  "wood/ground_truth/hole/000_mask.png",
  "bottle/test/broken/003.JPG",
  "bottle/ground_truth/broken/003_mask.png",
  "docs/readme.txt",
];
const FILES = emptyFiles(...PATHS);

Deno.test("scanDataset() lists all pictures, sorted by path", () =>
  withFiles(FILES, async (root) => {
    assertEquals(await scanDataset(root), [
      {
        product: "bottle",
        path: "bottle/test/broken/003.JPG",
        defect: "broken",
        maskPath: "bottle/ground_truth/broken/003_mask.png",
      },
      { product: "wood", path: "wood/test/good/000.jpg", defect: "good" },
      {
        product: "wood",
        path: "wood/test/hole/000.png",
        defect: "hole",
        maskPath: "wood/ground_truth/hole/000_mask.png",
      },
      { product: "wood", path: "wood/train/good/000.png", defect: "good" },
      { product: "wood", path: "wood/train/good/001.png", defect: "good" },
    ]);
  }));

Deno.test("scanDataset() takes the wanted products only", () =>
  withFiles(FILES, async (root) => {
    const samples = await scanDataset(root, ["bottle", "bottle"]);
    assertEquals(samples.map((sample) => sample.product), ["bottle"]);
  }));

Deno.test("scanDataset() refuses what it cannot use, by name", async () => {
  const cases: [string[], string[] | undefined, string][] = [
    [["docs/readme.txt"], undefined, "it has no product"],
    [PATHS, ["wood", "tile", "grid"], "it has no tile, grid, products are bottle, wood"],
    [["wood/train/good/a.txt", "wood/test/hole/"], undefined, "wood has no PNG or JPEG"],
    [
      ["wood/test/hole/7.png"],
      undefined,
      '"wood/test/hole/7.png" has no mask, must be "wood/ground_truth/hole/7_mask.png"',
    ],
    [["wood/train/hole/7.png"], undefined, 'wood/train has "hole", only "good" may be there'],
  ];
  for (const [files, products, message] of cases) {
    await withFiles(emptyFiles(...files), async (root) => {
      await assertRejects(() => scanDataset(root, products), Error, message);
    });
  }
  await assertRejects(() => scanDataset("/absent"), Error, 'Cannot scan "/absent"');
});

Deno.test("scanDataset() passes over a type of defect without an image", () =>
  withFiles(emptyFiles("wood/train/good/1.png", "wood/test/hole/"), async (root) => {
    assertEquals((await scanDataset(root)).map(({ path }) => path), ["wood/train/good/1.png"]);
  }));

Deno.test("scanDataset() names all that is wrong, up to a limit", () => {
  const paths = Array.from({ length: 22 }, (_, i) => `wood/test/hole/${10 + i}.png`);
  return withFiles(emptyFiles(...paths), async (root) => {
    const { message } = await assertRejects(() => scanDataset(root), Error);
    const lines = message.split("\n");
    assertEquals([lines.length, lines.at(-1)], [21, "  and 2 more"]);
  });
});

Deno.test("scanDataset() lets the masks decide outside MVTec AD's layout", async () => {
  const [black, white] = [await maskPng(0), await maskPng(1)];
  const files = {
    ...emptyFiles("images/1.jpg", "images/2.jpg", "images/bent/3.jpg", "images/bent/4.jpg"),
    ...{ "masks/1.png": black, "masks/2.png": white },
    ...{ "masks/bent/3.png": black, "masks/bent/4.png": white },
    ...emptyFiles("images/ok/5.jpg", "images/ok/6.jpg", "masks/ok/6.png"),
  };
  await withFiles(files, async (root) => {
    const samples = await scanDataset(root, ["bolt"]);
    assertEquals(samples.map(({ path, defect, maskPath }) => [path, defect, maskPath]), [
      ["images/1.jpg", "good", undefined],
      ["images/2.jpg", "defect", "masks/2.png"],
      ["images/bent/3.jpg", "good", undefined],
      ["images/bent/4.jpg", "bent", "masks/bent/4.png"],
      ["images/ok/5.jpg", "good", undefined],
      ["images/ok/6.jpg", "good", undefined],
    ]);
    assertEquals(new Set(samples.map(({ product }) => product)), new Set(["bolt"]));
  });
  await withFiles(emptyFiles("1.jpg", "1.png"), async (root) => {
    await assertRejects(() => scanDataset(root), ImageError, '(in "1.png")');
  });
});

/** Samples by product and defect. */
async function countsOf(root: string): Promise<Record<string, number>> {
  const groups = Map.groupBy(await scanDataset(root), (s) => `${s.product} ${s.defect}`);
  return Object.fromEntries([...groups].map(([name, { length }]) => [name, length]));
}

await testIf("shared", "scanDataset() finds MVTec AD's classes, one alone too", async () => {
  const bottle = {
    ...{ "bottle broken_large": 20, "bottle broken_small": 22, "bottle contamination": 21 },
    ...{ "bottle good": 209 + 20 },
  };
  const root = join(sharedDataDir, "mvtec_ad_256");
  assertEquals(await countsOf(root), {
    ...bottle,
    ...{ "screw good": 320 + 41, "screw manipulated_front": 24, "screw scratch_head": 24 },
    ...{ "screw scratch_neck": 25, "screw thread_side": 23, "screw thread_top": 23 },
    ...{ "toothbrush good": 60, "toothbrush defective": 30 },
  });
  assertEquals(await countsOf(join(root, "bottle")), bottle);
});

await testIf(
  "shared",
  "scanDataset() finds magnetic tiles; four uneven ones have no outline",
  async () => {
    assertEquals(await countsOf(join(sharedDataDir, "magnetic_tile")), {
      ...{ "magnetic_tile MT_Blowhole": 115, "magnetic_tile MT_Break": 85 },
      ...{ "magnetic_tile MT_Crack": 57, "magnetic_tile MT_Fray": 32 },
      ...{ "magnetic_tile MT_Uneven": 103 - 4, "magnetic_tile good": 318 + 4 },
    });
  },
);

Deno.test("loadSample() gives image and mask; a good one has an empty mask", async () => {
  const png = await encodePng({ width: 2, height: 1, data: Uint8Array.of(1, 2, 3, 4, 5, 6) });
  const mask = await encodeGrayPng({ width: 2, height: 1, data: Uint8Array.of(0, 255) });
  await withFiles({ "i.png": png, "m.png": mask }, async (root) => {
    const good = await loadSample(root, { product: "p", path: "i.png", defect: "good" });
    assertEquals(good.image.data, Uint8Array.of(1, 2, 3, 4, 5, 6));
    assertEquals(good.mask, { width: 2, height: 1, data: Uint8Array.of(0, 0) });
    const sample = { product: "p", path: "i.png", defect: "hole", maskPath: "m.png" };
    assertEquals((await loadSample(root, sample)).mask.data, Uint8Array.of(0, 1));
  });
});

Deno.test("loadSample() refuses a mask of another size and names a file that does not decode", async () => {
  const png = await encodePng({ width: 2, height: 1, data: new Uint8Array(6) });
  const mask = await encodeGrayPng({ width: 1, height: 2, data: new Uint8Array(2) });
  const files = { "i.png": png, "m.png": mask, ...emptyFiles("empty.png") };
  await withFiles(files, async (root) => {
    const sample = { product: "p", path: "i.png", defect: "hole", maskPath: "m.png" };
    const message = 'Cannot load "i.png": image is 2×1, mask "m.png" is 1×2';
    await assertRejects(() => loadSample(root, sample), RangeError, message);
    const empty = { ...sample, path: "empty.png" };
    await assertRejects(() => loadSample(root, empty), ImageError, '(in "empty.png")');
    const strange = { ...sample, path: "\uFFFD.png" };
    await assertRejects(() => loadSample(root, strange), Error, "its name is not UTF-8");
  });
});

Deno.test("checkSample() gives the hash of the image, and refuses what loadSample() refuses", async () => {
  const png = await encodePng({ width: 2, height: 1, data: new Uint8Array(6) });
  const mask = await encodeGrayPng({ width: 1, height: 2, data: new Uint8Array(2) });
  await withFiles({ "i.png": png, "m.png": mask, ...emptyFiles("empty.png") }, async (root) => {
    const sample = { product: "p", path: "i.png", defect: "good" };
    assertEquals(await checkSample(root, sample), await sha256Hex(png));
    await assertRejects(() => checkSample(root, { ...sample, maskPath: "m.png" }), RangeError);
    const empty = { ...sample, path: "empty.png" };
    await assertRejects(() => checkSample(root, empty), ImageError, '(in "empty.png")');
  });
});

Deno.test("checkSample() refuses a PNG that is damaged anywhere, where it does not decode", async () => {
  const png = await makePng({
    ...{ width: 2, height: 2, depth: 8, colorType: 3, palette: Uint8Array.of(9, 9, 9, 7, 7, 7) },
    scanLines: Uint8Array.of(0, 0, 1, 0, 1, 0),
  });
  const note = pngChunk("tEXt", new TextEncoder().encode("a\0b")); // a decoder does without it
  const bytes = concat([png.subarray(0, 33), note, png.subarray(33)]);
  await withFiles({ "i.png": bytes }, async (root) => {
    const sample = { product: "p", path: "i.png", defect: "good" };
    const refuses = async (check: typeof checkSample | typeof loadSample) =>
      await check(root, sample).then(() => false, () => true);
    let refused = 0;
    for (let at = 0; at < bytes.length; at++) {
      const damaged = bytes.slice();
      damaged[at]! ^= 4;
      await Deno.writeFile(join(root, "i.png"), damaged);
      const expected = await refuses(loadSample);
      assertEquals(await refuses(checkSample), expected, `byte ${at}`);
      refused += Number(expected);
    }
    assertEquals(refused > 80 && refused < bytes.length, true, `${refused} of ${bytes.length}`);
  });
});
