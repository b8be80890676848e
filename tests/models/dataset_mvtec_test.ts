import { assertEquals } from "@std/assert";
import { mvtec } from "../../models/dataset_mvtec.ts";
import { emptyFiles, withFiles } from "../helpers/data_files.ts";

const BRUSH = [
  "train/good/000.png",
  "test/defective/000.png",
  "ground_truth/defective/000_mask.png",
] as const;

Deno.test("mvtec finds a product, or a folder of products among other folders", async () => {
  await withFiles(emptyFiles(...BRUSH), async (root) => {
    const found = await mvtec.findProducts(root);
    assertEquals(found.map(({ prefix }) => prefix), [""]);
  });
  const paths = [...BRUSH.map((path) => `brush/${path}`), "docs/a.png", "wood/test/good/1.png"];
  await withFiles(emptyFiles(...paths), async (root) => {
    const found = await mvtec.findProducts(root);
    assertEquals(found.map(({ prefix }) => prefix), ["brush/", "wood/"]);
  });
});

Deno.test("mvtec lists a product without test/good, by the name that it is given", () =>
  withFiles(emptyFiles(...BRUSH), async (root) => {
    const { samples, problems } = await mvtec.listProduct(root, { name: "brush", prefix: "" });
    assertEquals(samples, [
      { product: "brush", path: "train/good/000.png", defect: "good" },
      {
        product: "brush",
        defect: "defective",
        path: "test/defective/000.png",
        maskPath: "ground_truth/defective/000_mask.png",
      },
    ]);
    assertEquals(problems, []);
  }));

Deno.test("mvtec names every file and folder that is not as it must be", () => {
  const paths = ["brush/train/bent/0.png", "brush/test/bent/", "brush/test/worn/1.png"];
  return withFiles(
    emptyFiles(...paths, "brush/test/worn/2.png", "brush/test/good/"),
    async (root) => {
      const found = await mvtec.listProduct(root, { name: "brush", prefix: "brush/" });
      assertEquals(found.samples, []);
      assertEquals(found.problems.map(({ kind, path }) => [kind, path]), [
        ["wrong-folder", "brush/train/bent"],
        ["empty-class", "brush/test/bent"],
        ["missing-mask", "brush/test/worn/1.png"],
        ["missing-mask", "brush/test/worn/2.png"],
      ]);
      assertEquals(
        found.problems.at(-1)?.message,
        '"brush/test/worn/2.png" has no mask, must be "brush/ground_truth/worn/2_mask.png"',
      );
    },
  );
});

Deno.test("mvtec names images that share a mask", () => {
  const paths = ["test/cut/1.jpg", "test/cut/1.png", "test/cut/2.png"];
  const masks = ["ground_truth/cut/1_mask.png", "ground_truth/cut/2_mask.png"];
  return withFiles(
    emptyFiles(...paths, ...masks, "train/good/3.jpg", "train/good/3.png"),
    async (root) => {
      const { samples, problems } = await mvtec.listProduct(root, { name: "brush", prefix: "" });
      assertEquals(samples.map(({ path }) => path), [
        "train/good/3.jpg",
        "train/good/3.png",
        "test/cut/2.png",
      ]);
      assertEquals(problems, [{
        kind: "two-images",
        path: "ground_truth/cut/1_mask.png",
        others: ["test/cut/1.jpg", "test/cut/1.png"],
        message:
          '"ground_truth/cut/1_mask.png" is the mask of "test/cut/1.jpg" and "test/cut/1.png": ' +
          "give each image a name and a mask of its own, or remove one",
      }]);
    },
  );
});
