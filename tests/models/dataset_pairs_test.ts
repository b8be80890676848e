import { assertEquals } from "@std/assert";
import { pairs } from "../../models/dataset_pairs.ts";
import { emptyFiles, withFiles } from "../helpers/data_files.ts";

Deno.test("pairs finds a product by all the names, or a folder of products", async () => {
  for (
    const names of [["images", "masks"], ["Imgs", "Labels"], ["images", "ground_truth"], [
      "imgs",
      "annotations",
    ]]
  ) {
    await withFiles(emptyFiles(...names.map((name) => `${name}/`)), async (root) => {
      assertEquals((await pairs.findProducts(root)).map(({ prefix }) => prefix), [""]);
    });
  }
  const folders = ["bolt/images/", "bolt/masks/", "nut/imgs/", "nut/labels/", "tile/Imgs/"];
  await withFiles(emptyFiles(...folders), async (root) => {
    assertEquals((await pairs.findProducts(root)).map(({ name }) => name), ["bolt", "nut"]);
  });
});

Deno.test("pairs lists a product: folders of images are types of defects", () =>
  withFiles(
    emptyFiles("bolt/Images/bent/1.jpg", "bolt/Images/ok/2.png", "bolt/masks/bent/1.png"),
    async (root) => {
      const found = await pairs.listProduct(root, { name: "bolt", prefix: "bolt/" });
      assertEquals(found.samples, [
        {
          product: "bolt",
          path: "bolt/Images/bent/1.jpg",
          defect: "bent",
          maskPath: "bolt/masks/bent/1.png",
        },
        { product: "bolt", path: "bolt/Images/ok/2.png", defect: "good" },
      ]);
      assertEquals(found.problems, []);
    },
  ));

Deno.test("pairs names folders in doubt, empty classes and files without their like", () =>
  withFiles(
    emptyFiles("images/bent/", "images/1.png", "masks/2.png", "labels/1.png", "imgs/1.png"),
    async (root) => {
      const { problems } = await pairs.listProduct(root, { name: "bolt", prefix: "" });
      assertEquals(problems.map(({ kind, path }) => [kind, path]), [
        ["wrong-folder", "imgs"],
        ["wrong-folder", "masks"],
        ["empty-class", "images/bent"],
      ]);
      assertEquals(problems[1]?.message, '"masks" is there beside "labels": keep one of them');
    },
  ));
