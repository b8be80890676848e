import { assertEquals, assertRejects } from "@std/assert";
import { loadSample, scanDataset } from "../../models/dataset.ts";
import { ImageError } from "../../models/decode.ts";
import { encodeGrayPng, encodePng } from "../../models/encode.ts";

/** Runs with a folder that holds these files; empty ones unless bytes are given. */
async function withFiles(
  files: readonly (string | [string, Uint8Array])[],
  action: (root: string) => Promise<void>,
): Promise<void> {
  const root = await Deno.makeTempDir();
  try {
    for (const file of files) {
      const [path, bytes] = typeof file === "string" ? [file, new Uint8Array()] : file;
      await Deno.mkdir(`${root}/${path}`.replace(/\/[^/]*$/, ""), { recursive: true });
      await Deno.writeFile(`${root}/${path}`, bytes);
    }
    await action(root);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

const FILES = [
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
    [FILES, ["wood", "tile", "grid"], "it has no tile, grid, products are bottle, wood"],
    [["wood/train/good/a.txt"], undefined, "wood has no PNG or JPEG"],
    [
      ["wood/test/hole/7.png"],
      undefined,
      '"wood/test/hole/7.png" has no mask, must be "wood/ground_truth/hole/7_mask.png"',
    ],
    [["wood/train/hole/7.png"], undefined, 'wood/train has "hole", only "good" may be there'],
  ];
  for (const [files, products, message] of cases) {
    await withFiles(files, async (root) => {
      await assertRejects(() => scanDataset(root, products), Error, message);
    });
  }
  await assertRejects(() => scanDataset("/absent"), Error, 'Cannot scan "/absent"');
});

Deno.test("loadSample() gives image and mask; a good one has an empty mask", async () => {
  const png = await encodePng({ width: 2, height: 1, data: Uint8Array.of(1, 2, 3, 4, 5, 6) });
  const mask = await encodeGrayPng({ width: 2, height: 1, data: Uint8Array.of(0, 255) });
  await withFiles([["i.png", png], ["m.png", mask]], async (root) => {
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
  await withFiles([["i.png", png], ["m.png", mask], "empty.png"], async (root) => {
    const sample = { product: "p", path: "i.png", defect: "hole", maskPath: "m.png" };
    const message = 'Cannot load "i.png": image is 2×1, mask "m.png" is 1×2';
    await assertRejects(() => loadSample(root, sample), RangeError, message);
    const empty = { ...sample, path: "empty.png" };
    await assertRejects(() => loadSample(root, empty), ImageError, '(in "empty.png")');
  });
});
