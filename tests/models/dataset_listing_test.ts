import { basename } from "@std/path";
import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { labelled, listDataset } from "../../models/dataset_listing.ts";
import { emptyFiles, withFiles } from "../helpers/data_files.ts";

const MVTEC = ["bolt/train/good/1.png", "nut/test/good/1.png"];

Deno.test("listDataset() recognises every layout and names a root that is the product", async () => {
  for (
    const [paths, layout] of [
      [["train/good/1.png"], "mvtec"],
      [["images/good/1.png", "masks/"], "pairs"],
      [["good/1.jpg", "good/1.png"], "side-by-side"],
    ] as const
  ) {
    await withFiles(emptyFiles(...paths), async (root) => {
      const named = await listDataset(root);
      assertEquals([named.layout, named.problems], [layout, []]);
      assertEquals(named.samples.map(({ product }) => product), [basename(root)]);
      const told = await listDataset(root, ["bolt"]);
      assertEquals(told.samples.map(({ product }) => product), ["bolt"]);
      await assertRejects(() => listDataset(root, ["bolt", "nut"]), Error, "has no bolt, nut");
    });
  }
});

Deno.test("listDataset() takes wanted products, sorted by path", () =>
  withFiles(emptyFiles(...MVTEC), async (root) => {
    const all = await listDataset(root, ["nut", "bolt"]);
    assertEquals(all.samples.map(({ path }) => path), MVTEC);
    assertEquals((await listDataset(root, ["nut"])).samples.length, 1);
    await assertRejects(() => listDataset(root, ["tile"]), Error, "products are bolt, nut");
  }));

Deno.test("listDataset() gives problems, an empty product's too, of wanted products only", () =>
  withFiles(emptyFiles(...MVTEC, "nut/test/bent/", "tile/test/cut/"), async (root) => {
    const { problems } = await listDataset(root);
    assertEquals(problems.map(({ kind, path }) => [kind, path]), [
      ["empty-class", "nut/test/bent"],
      ["empty-product", "tile"],
      ["empty-class", "tile/test/cut"],
    ]);
    assertEquals((await listDataset(root, ["bolt"])).problems, []);
  }));

Deno.test("listDataset() says which layouts there are", () =>
  withFiles(emptyFiles("photos/1.png"), async (root) => {
    for (const what of ["<product>/train/good", "images/ beside masks/", "x.jpg beside its mask"]) {
      await assertRejects(() => listDataset(root), Error, what);
    }
  }));

Deno.test("listDataset() names pictures of other formats where there is nothing else", async () => {
  const [first, second] = ["bolt/train/good/1.BMP", "bolt/train/good/2.tif"];
  for (
    const [paths, message] of [
      [[first], `bolt has no PNG or JPEG: "${first}" must be one`],
      [[first, second], `bolt has no PNG or JPEG: "${first}" and 1 more must be one`],
      [["images/bent/1.webp", "masks/"], '"images/bent/1.webp" must be one'],
    ] as const
  ) {
    await withFiles(emptyFiles(...paths), async (root) => {
      const { problems } = await listDataset(root);
      assertStringIncludes(problems[0]!.message, message);
    });
  }
  await withFiles(emptyFiles("1.bmp", "1.png", "bent/2.tiff"), async (root) => {
    const { message } = await assertRejects(() => listDataset(root), Error, "it has no product");
    assertStringIncludes(message, '; "1.bmp" and 1 more must be PNG or JPEG');
  });
  for (
    const paths of [["1.jpg", "1.png", "bent/2.bmp", "bent/2.png"], ["images/2.bmp", "masks/2.png"]]
  ) {
    await withFiles(emptyFiles(...paths), async (root) => {
      const { problems } = await listDataset(root);
      assertEquals(problems.map(({ kind, path }) => [kind, path]), [
        ["unreadable-image", paths.find((path) => path.endsWith("2.bmp"))],
      ]);
    });
  }
});

Deno.test("labelled() lets the mask decide, but not in MVTec AD's layout nor where a folder says good", () => {
  const [product, path, maskPath] = ["bolt", "a.jpg", "a.png"];
  const of = (defect: string) => ({ product, path, defect, maskPath });
  const good = { product, path, defect: "good" };
  for (
    const [layout, defect, shows, expected] of [
      ["mvtec", "bent", false, of("bent")],
      ["mvtec", "bent", true, of("bent")],
      ["pairs", "bent", true, of("bent")],
      ["pairs", "bent", false, good],
      ["side-by-side", "", true, of("defect")],
      ["side-by-side", "", false, good],
      ["side-by-side", "good", true, good],
    ] as const
  ) {
    assertEquals(labelled(layout, of(defect), shows), expected);
  }
});
