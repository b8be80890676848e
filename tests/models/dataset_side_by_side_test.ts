import { assertEquals } from "@std/assert";
import { sideBySide } from "../../models/dataset_side_by_side.ts";
import { emptyFiles, withFiles } from "../helpers/data_files.ts";

const product = { name: "tile", prefix: "" };

Deno.test("sideBySide finds a root with a pair at any depth, and none in other pictures", async () => {
  for (
    const [paths, expected] of [
      [["a.jpg", "a.png"], 1],
      [["x/y/a.JPEG", "x/y/a.PNG"], 1],
      [["a.jpg", "b.png", "x/a.png"], 0],
      [["a.png"], 0],
      [[], 0],
    ] as const
  ) {
    await withFiles(emptyFiles(...paths), async (root) => {
      assertEquals((await sideBySide.findProducts(root)).length, expected, paths.join());
    });
  }
});

Deno.test("sideBySide lists folders as types of defects and leaves figures beside them out", () =>
  withFiles(
    emptyFiles("T_Crack/I/1.jpg", "T_Crack/I/1.png", "T_Free/I/2.jpg", "figure.jpg"),
    async (root) => {
      assertEquals(await sideBySide.listProduct(root, product), {
        samples: [
          {
            product: "tile",
            path: "T_Crack/I/1.jpg",
            defect: "T_Crack",
            maskPath: "T_Crack/I/1.png",
          },
          { product: "tile", path: "T_Free/I/2.jpg", defect: "good" },
        ],
        problems: [],
      });
    },
  ));

Deno.test("sideBySide names what has no partner, in the root too, and empty folders", () =>
  withFiles(
    emptyFiles("1.jpg", "1.png", "2.jpg", "bent/3.png", "good/4.png", "worn/"),
    async (root) => {
      const { samples, problems } = await sideBySide.listProduct(root, product);
      assertEquals(samples.map(({ path }) => path), ["1.jpg"]);
      assertEquals(problems.map(({ kind, path }) => [kind, path]), [
        ["empty-class", "worn"],
        ["missing-mask", "2.jpg"],
        ["missing-image", "bent/3.png"],
        ["missing-image", "good/4.png"],
      ]);
    },
  ));
