import { join } from "@std/path";
import { assertEquals, assertRejects } from "@std/assert";
import {
  findProductFolders,
  listNames,
  listOtherPictures,
  listPictures,
  rootProduct,
  stem,
} from "../../models/dataset_files.ts";
import { emptyFiles, withFiles } from "../helpers/data_files.ts";

const FILES = emptyFiles("b/x.PNG", "b/deep/y.jpeg", "a.jpg", ".b.png", "notes.txt", ".git/z.png");

Deno.test("listNames() lists one kind, sorted, without hidden names; an absent folder is empty", () =>
  withFiles(FILES, async (root) => {
    assertEquals(await listNames(root, "isFile"), ["a.jpg", "notes.txt"]);
    assertEquals(await listNames(root, "isDirectory"), ["b"]);
    assertEquals(await listNames(join(root, "absent"), "isFile"), []);
  }));

Deno.test("listNames() refuses a folder whose name is not UTF-8", () =>
  withFiles(FILES, async (root) => {
    // Deno shows such a name with this in the place of each byte, and finds nothing under it.
    const folder = join(root, "b\uFFFD");
    await assertRejects(
      () => listNames(folder, "isFile"),
      Error,
      `"${folder}": its name is not UTF-8`,
    );
    await Deno.mkdir(folder);
    assertEquals(await listNames(folder, "isFile"), []);
  }));

Deno.test("listOtherPictures() lists pictures of other formats", () =>
  withFiles(emptyFiles("a.BMP", "b/c.tif", "d.png", "e.jpg", "f.txt", "g.webp"), async (root) => {
    assertEquals(await listOtherPictures(root), ["a.BMP", "b/c.tif", "g.webp"]);
  }));

Deno.test("listPictures() goes into every folder that is not hidden", () =>
  withFiles(FILES, async (root) => {
    assertEquals(await listPictures(root), ["a.jpg", "b/deep/y.jpeg", "b/x.PNG"]);
  }));

Deno.test("listPictures() follows links, but not around in a ring", () =>
  withFiles(FILES, async (root) => {
    await Deno.symlink("a.jpg", join(root, "linked.jpg"));
    await Deno.symlink("gone.jpg", join(root, "nowhere.jpg"));
    await Deno.symlink(join(root, "b/deep"), join(root, "c"));
    await Deno.symlink("../..", join(root, "b/deep/up"));
    const expected = ["a.jpg", "b/deep/y.jpeg", "b/x.PNG", "c/y.jpeg"];
    assertEquals(await listPictures(root), [...expected, "linked.jpg", "nowhere.jpg"]);
  }));

Deno.test("findProductFolders() takes the root, or the folders that are products", () =>
  withFiles(FILES, async (root) => {
    const having = (name: string) => (folders: readonly string[]) => folders.includes(name);
    assertEquals(await findProductFolders(root, having("b")), [rootProduct(root)]);
    assertEquals(await findProductFolders(root, having("deep")), [{ name: "b", prefix: "b/" }]);
    assertEquals(await findProductFolders(root, having("c")), []);
  }));

Deno.test("rootProduct() is called as the folder is, however its path is written", () => {
  assertEquals(rootProduct("/data/bolt/"), { name: "bolt", prefix: "" });
  assertEquals(rootProduct("/data/bolt/x/.."), { name: "bolt", prefix: "" });
});

Deno.test("stem() takes the ending of a picture off, not another dot", () => {
  assertEquals(["a/x.1.png", "y.JPEG", "w.bmp", "z.txt"].map(stem), ["a/x.1", "y", "w", "z.txt"]);
});
