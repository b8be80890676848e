import { join } from "@std/path";
import { assertEquals } from "@std/assert";
import { exists, namesIn } from "../../models/files.ts";
import { withTempDir } from "../helpers/temp_dir.ts";

Deno.test("exists() tells of files and folders, and does not hide other failures", () =>
  withTempDir(async (dir) => {
    const file = join(dir, "file");
    await Deno.writeTextFile(file, "");
    assertEquals([await exists(dir), await exists(file)], [true, true]);
    assertEquals(await exists(join(dir, "absent")), false);
    const failure = await exists(join(file, "below a file")).catch((error) => error.name);
    assertEquals(failure, "NotADirectory");
  }));

Deno.test("namesIn() takes a link for what it leads to, and one to nowhere for a file", () =>
  withTempDir(async (dir) => {
    await Deno.mkdir(join(dir, "folder"));
    await Deno.writeTextFile(join(dir, "file"), "");
    for (const name of ["folder", "file", "nowhere"]) {
      await Deno.symlink(name, join(dir, `to ${name}`));
    }
    await Deno.symlink("ring", join(dir, "ring"));
    assertEquals((await namesIn(dir, "isDirectory")).sort(), ["folder", "to folder"]);
    assertEquals((await namesIn(dir, "isFile")).sort(), ["file", "ring", "to file", "to nowhere"]);
    assertEquals(await namesIn(join(dir, "absent"), "isFile"), []);
  }));
