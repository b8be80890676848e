import { dirname, join } from "@std/path";
import { assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { addonPath, exists, nativeDir, stampPath } from "../../../trainer/backend/location.ts";
import { withTempDir } from "../../helpers/temp_dir.ts";

Deno.test("nativeDir() holds add-on and stamp, a folder a version and device", () => {
  for (const device of ["cpu", "gpu"] as const) {
    assertMatch(nativeDir(device), /\.cache\/tensorflow\/[\d.]+-(cpu|gpu)$/);
    assertEquals(dirname(addonPath(device)), nativeDir(device));
    assertEquals(dirname(stampPath(device)), nativeDir(device));
  }
  assertNotEquals(nativeDir("cpu"), nativeDir("gpu"));
});

Deno.test("exists() tells of files and folders, and does not hide other failures", () =>
  withTempDir(async (dir) => {
    const file = join(dir, "file");
    await Deno.writeTextFile(file, "");
    assertEquals([await exists(dir), await exists(file)], [true, true]);
    assertEquals(await exists(join(dir, "absent")), false);
    const failure = await exists(join(file, "below a file")).catch((error) => error.name);
    assertEquals(failure, "NotADirectory");
  }));
