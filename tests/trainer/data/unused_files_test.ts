import { join } from "@std/path";
import { assertEquals } from "@std/assert";
import { listDataset } from "../../../models/dataset_listing.ts";
import { findStrangers, findUnusedFiles } from "../../../trainer/data/unused_files.ts";
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

Deno.test("findUnusedFiles() leaves out every file that a problem is about", async () => {
  for (
    const paths of [
      ["images/bent/1.jpg", "images/bent/1.png", "masks/bent/1.png"],
      ["images/bent/1.jpg", "masks/bent/1.jpg", "masks/bent/1.png"],
      ["test/bent/1.jpg", "test/bent/1.png", "ground_truth/bent/1_mask.png"],
      ["images/1.bmp", "masks/1.png"],
    ]
  ) {
    await withFiles(emptyFiles(...paths), async (root) => {
      const listing = await listDataset(root);
      assertEquals([listing.samples, listing.problems.length], [[], 1]);
      assertEquals(await findUnusedFiles(root, listing), []);
    });
  }
});

Deno.test("findStrangers() names folders beside products that hold pictures, and what they would need", async () => {
  const strangers = [
    ...["tile/Train/good/1.png", "tile/Train/good/2.bmp", "tile/notes.txt"],
    ...["washer/good/1.png", "docs/notes.txt", "none/"],
  ];
  await withFiles(emptyFiles(...PARTS, ...strangers), async (root) => {
    const needs = "but is no product: in layout mvtec one has train/ or test/";
    assertEquals(await findStrangers(root, await listDataset(root)), [
      {
        paths: ["tile/Train/good/1.png", "tile/Train/good/2.bmp"],
        message: `"tile" holds 2 pictures ${needs}, written small`,
      },
      { paths: ["washer/good/1.png"], message: `"washer" holds 1 picture ${needs}, written small` },
    ]);
    assertEquals(await findStrangers(root, await listDataset(root, ["bolt"])), []);
    assertEquals(await findStrangers(root, await listDataset(join(root, "bolt"))), []);
  });
  const pairs = ["bolt/images/good/1.png", "bolt/masks/", "nut/images/1.png"];
  await withFiles(emptyFiles(...pairs), async (root) => {
    assertEquals(
      (await findStrangers(root, await listDataset(root))).map(({ message }) => message),
      [
        '"nut" holds 1 picture but is no product: in layout pairs one has images/ beside masks/',
      ],
    );
  });
});

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
