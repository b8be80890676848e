import { join } from "@std/path";
import { assertEquals } from "@std/assert";
import { listDataset } from "../../../models/dataset_listing.ts";
import { inspectDataset } from "../../../trainer/data/inspect.ts";
import {
  type DataFiles,
  emptyFiles,
  maskPng,
  plainJpeg,
  plainPng,
  withFiles,
} from "../../helpers/data_files.ts";
import { sharedDataDir, testIf } from "../../helpers/require.ts";

async function inspect(files: DataFiles, body: (found: Inspection) => void): Promise<void> {
  await withFiles(files, async (root) => {
    body(await inspectDataset(root, await listDataset(root, ["bolt"])));
  });
}
type Inspection = Awaited<ReturnType<typeof inspectDataset>>;

Deno.test("inspectDataset() sums up each class", async () => {
  const files = {
    ...{ "images/bent/1.png": await plainPng(200), "masks/bent/1.png": await maskPng(3) },
    ...{
      "images/bent/2.png": await plainJpeg(9, 8, 5),
      "masks/bent/2.png": await maskPng(9, 8, 5),
    },
    ...{
      "images/bent/3.png": await plainJpeg(7, 8, 5),
      "masks/bent/3.png": await maskPng(0, 8, 5),
    },
    ...{ "images/4.png": await plainPng(4), "masks/4.png": await maskPng(2) },
    ...{ "images/5.png": await plainPng(5), "masks/5.png": await maskPng(0) },
    ...{ "images/free/6.png": await plainPng(6) },
  };
  await inspect(files, ({ layout, classes, problems }) => {
    assertEquals([layout, problems], ["pairs", []]);
    const one = { smallest: [4, 2], largest: [4, 2], count: 1 } as const;
    const two = { smallest: [4, 2], largest: [8, 5], count: 2 } as const;
    const product = "bolt";
    assertEquals(classes, [
      {
        ...{ product, defect: "bent", images: 2, masks: 2, grey: 1, sizes: two },
        defectShare: (3 + 9) / (8 + 40),
      },
      { product, defect: "defect", images: 1, masks: 1, grey: 0, sizes: one, defectShare: 2 / 8 },
      { product, defect: "good", images: 3, masks: 2, grey: 1, sizes: two, defectShare: 0 },
    ]);
  });
});

Deno.test("inspectDataset() warns where folder and mask contradict each other", async () => {
  const [black, white] = [await maskPng(0), await maskPng(1)];
  const files = {
    ...{ "images/bent/1.png": await plainPng(1), "masks/bent/1.png": black },
    ...{ "images/ok/2.png": await plainPng(2), "masks/ok/2.png": white },
    ...{ "images/ok/3.png": await plainPng(3), "masks/ok/3.png": black },
    ...{ "images/4.png": await plainPng(4), "masks/4.png": black },
    ...{ "images/5.png": await plainPng(5), "masks/5.png": white },
  };
  await inspect(files, ({ warnings, classes }) => {
    const contradictions = warnings.filter(({ kind }) =>
      kind === "empty-mask" || kind === "outlined-good"
    );
    assertEquals(contradictions.map(({ kind, paths }) => [kind, paths]), [
      ["empty-mask", ["images/bent/1.png"]],
      ["outlined-good", ["images/ok/2.png"]],
    ]);
    assertEquals(
      warnings[0]?.message,
      '"masks/bent/1.png" is black: "images/bent/1.png" is taken as good',
    );
    assertEquals(classes.map(({ defect, images }) => [defect, images]), [["defect", 1], [
      "good",
      4,
    ]]);
  });
  const mvtec = {
    "test/bent/1.png": await plainPng(1),
    "ground_truth/bent/1_mask.png": black,
  };
  await inspect(mvtec, ({ warnings, classes }) => {
    assertEquals(
      warnings.filter(({ kind }) => kind === "empty-mask").map(({ message }) => message),
      ['"ground_truth/bent/1_mask.png" is black: "test/bent/1.png" is taken as bent, as its folder says'],
    );
    assertEquals(classes.map(({ defect }) => defect), ["bent"]);
  });
});

Deno.test("inspectDataset() warns about the same file under several names", async () => {
  const [one, other] = [await plainPng(1, 4, 4), await plainPng(2, 4, 4)];
  const files = {
    ...{ "train/good/1.png": one, "train/good/2.png": other, "test/good/3.png": one },
  };
  await inspect(files, ({ warnings }) => {
    assertEquals(warnings, [{
      kind: "identical-files",
      paths: ["test/good/3.png", "train/good/1.png"],
      message: '"test/good/3.png" and "train/good/1.png" are the same file: ' +
        "a split keeps them in the same part",
    }]);
  });
});

Deno.test("inspectDataset() warns of folders that are no product, and of what images show together", async () => {
  const files = {
    ...{ "nut/test/bent/1.png": await plainPng(1), "nut/train/good/1.png": await plainPng(1) },
    ...{
      "nut/ground_truth/bent/1_mask.png": await maskPng(1),
      "tile/good/1.png": await plainPng(2),
    },
  };
  await withFiles(files, async (root) => {
    const { warnings, problems } = await inspectDataset(root, await listDataset(root));
    assertEquals(problems, []);
    assertEquals(warnings.map(({ kind, paths }) => [kind, paths]), [
      ["differing-labels", ["nut/test/bent/1.png", "nut/train/good/1.png"]],
      ["few-defects", ["nut/test/bent/1.png"]],
      ["not-square", ["nut/test/bent/1.png", "nut/train/good/1.png"]],
      ["no-product", ["tile/good/1.png"]],
    ]);
  });
});

Deno.test("inspectDataset() collects problems of names and of files, and counts the rest", async () => {
  const files = {
    ...{ "train/good/1.png": await plainPng(1), ...emptyFiles("train/good/2.png") },
    ...{ "test/bent/3.png": await plainPng(3), ...emptyFiles("test/worn/") },
    ...{
      "test/cut/4.png": await plainPng(4),
      "ground_truth/cut/4_mask.png": await maskPng(1, 2, 4),
    },
  };
  await withFiles(files, async (root) => {
    const told: number[] = [];
    const listing = await listDataset(root);
    const found = await inspectDataset(root, listing, () => told.push(1));
    assertEquals(told.length, 3);
    assertEquals(found.problems.map(({ kind, path }) => [kind, path]), [
      ["missing-mask", "test/bent/3.png"],
      ["empty-class", "test/worn"],
      ["mask-size", "ground_truth/cut/4_mask.png"],
      ["unreadable-image", "train/good/2.png"],
    ]);
    assertEquals(found.classes.map(({ defect, images }) => [defect, images]), [["good", 1]]);
  });
});

await testIf("shared", "inspectDataset() finds MVTec AD's toothbrush without fault", async () => {
  const root = join(sharedDataDir, "mvtec_ad_256");
  const { layout, classes, problems, warnings } = await inspectDataset(
    root,
    await listDataset(root, ["toothbrush"]),
  );
  assertEquals([layout, problems, warnings], ["mvtec", [], []]);
  assertEquals(classes.map(({ defect, images, masks, grey }) => [defect, images, masks, grey]), [
    ["defective", 30, 30, 0],
    ["good", 60, 0, 0],
  ]);
});

await testIf(
  "shared",
  "inspectDataset() warns of four uneven tiles without an outline",
  async () => {
    const root = join(sharedDataDir, "magnetic_tile");
    const all = await listDataset(root);
    const samples = all.samples.filter(({ defect }) => defect === "MT_Uneven");
    const { layout, classes, problems, warnings } = await inspectDataset(root, { ...all, samples });
    assertEquals([layout, problems], ["side-by-side", []]);
    assertEquals(classes.map(({ defect, images, masks, grey }) => [defect, images, masks, grey]), [
      ["MT_Uneven", 99, 99, 99],
      ["good", 4, 4, 4],
    ]);
    const kinds = warnings.map(({ kind }) => kind)
      .filter((kind) => kind !== "unused-files"); // of the folders that are left out here
    assertEquals(kinds, Array(4).fill("empty-mask"));
  },
);
