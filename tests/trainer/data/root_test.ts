import { join } from "@std/path";
import { assertEquals, assertRejects } from "@std/assert";
import { dataRoot } from "../../../trainer/data/root.ts";
import { withTempDir } from "../../helpers/temp_dir.ts";

Deno.test("dataRoot() takes what is not the name of the fixtures for a path", () =>
  withTempDir(async (dir) => {
    const folder = join(dir, "fixtures");
    await Deno.mkdir(folder);
    assertEquals(await dataRoot(folder), folder);
  }));

Deno.test("dataRoot() says that a folder is not there, or is a file", () =>
  withTempDir(async (dir) => {
    const [absent, file] = [join(dir, "absent"), join(dir, "file")];
    await Deno.writeTextFile(file, "");
    await assertRejects(() => dataRoot(absent), Error, `"${absent}": there is no such folder`);
    await assertRejects(() => dataRoot(file), Error, `"${file}": it is a file, must be a folder`);
  }));
