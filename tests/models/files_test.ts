import { join } from "@std/path";
import { assertEquals } from "@std/assert";
import { exists } from "../../models/files.ts";
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
