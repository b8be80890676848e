import { assertEquals } from "@std/assert";
import { listDataset } from "../../../models/dataset_listing.ts";
import { findUnusedFiles } from "../../../trainer/data/unused_files.ts";
import { emptyFiles, withFiles } from "../../helpers/data_files.ts";

const PARTS = [
  ...["bolt/train/good/1.png", "bolt/test/bent/1.png", "bolt/ground_truth/bent/1_mask.png"],
  ...["nut/train/good/1.png", "nut/train/2.png"],
];

Deno.test("findUnusedFiles() names what lies in no place of the layout, and other kinds of pictures", () => {
  const lost = ["bolt/train/7.png", "bolt/train/8.JPG", "bolt/test/bent/2.bmp", "bolt/notes.txt"];
  return withFiles(emptyFiles(...PARTS, ...lost), async (root) => {
    assertEquals(await findUnusedFiles(root, await listDataset(root, ["bolt"])), [
      {
        paths: ["bolt/test/bent/2.bmp"],
        message: '"bolt/test/bent/2.bmp" is not used: images and masks must be PNG or JPEG',
      },
      {
        paths: ["bolt/train/7.png", "bolt/train/8.JPG"],
        message: '"bolt/train/7.png" and 1 more beside it are not used: ' +
          "layout mvtec has no image or mask there",
      },
    ]);
  });
});

Deno.test("findUnusedFiles() leaves out what a problem names", () =>
  withFiles(emptyFiles("train/good/1.png", "train/bent/1.png", "test/worn/1.png"), async (root) => {
    assertEquals(await findUnusedFiles(root, await listDataset(root)), []);
  }));

Deno.test("findUnusedFiles() knows images and masks of every layout", async () => {
  for (
    const [lost, ...paths] of [
      ["images/bent/9.tif", "images/bent/1.png", "masks/bent/1.png", "images/2.png", "masks/2.png"],
      ["bent/9.tif", "bent/1.jpg", "bent/1.png"],
    ] as const
  ) {
    await withFiles(emptyFiles(lost, ...paths), async (root) => {
      const unused = await findUnusedFiles(root, await listDataset(root));
      assertEquals(unused.flatMap(({ paths }) => paths), [lost]);
    });
  }
});
