import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { exists } from "../../../models/files.ts";
import { expectWritable } from "../../../trainer/report/expect_writable.ts";
import { withTempDir } from "../../helpers/temp_dir.ts";

Deno.test("expectWritable() makes the folder, leaves no file, and changes none", () =>
  withTempDir(async (dir) => {
    const file = join(dir, "new/folder/report.html");
    await expectWritable(file);
    assertEquals([await exists(join(dir, "new/folder")), await exists(file)], [true, false]);
    await Deno.writeTextFile(file, "old");
    await expectWritable(file);
    assertEquals(await Deno.readTextFile(file), "old");
  }));

Deno.test("expectWritable() throws where a folder has the name, or a file that of the folder", () =>
  withTempDir(async (dir) => {
    await assertRejects(() => expectWritable(dir), Error, "Cannot write");
    await Deno.writeTextFile(join(dir, "file"), "");
    await assertRejects(() => expectWritable(join(dir, "file/report.html")), Error, "Cannot write");
  }));
