import { assertEquals, assertRejects } from "@std/assert";
import { readDataFile } from "../../models/dataset_read.ts";
import { withFiles } from "../helpers/data_files.ts";

Deno.test("readDataFile() reads a file by its path from the root", () =>
  withFiles({ "a/b.png": Uint8Array.of(7), "a/\uFFFD.png": Uint8Array.of(8) }, async (root) => {
    assertEquals(await readDataFile(root, "a/b.png"), Uint8Array.of(7));
    assertEquals(await readDataFile(root, "a/\uFFFD.png"), Uint8Array.of(8));
    await assertRejects(() => readDataFile(root, "a/c.png"), Deno.errors.NotFound, "a/c.png");
  }));

Deno.test("readDataFile() says of a name that is not UTF-8 what it is and what to do", () =>
  withFiles({}, async (root) => {
    // Deno shows such a name with this in the place of each byte, and finds nothing under it.
    const message = 'Cannot open "a\uFFFD.png": its name is not UTF-8, rename it';
    await assertRejects(() => readDataFile(root, "a\uFFFD.png"), Error, message);
  }));
