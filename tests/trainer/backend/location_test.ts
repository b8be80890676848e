import { dirname } from "@std/path";
import { assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { addonPath, nativeDir, stampPath } from "../../../trainer/backend/location.ts";

Deno.test("nativeDir() holds add-on and stamp, a folder a version and device", () => {
  for (const device of ["cpu", "gpu"] as const) {
    assertMatch(nativeDir(device), /\.cache\/tensorflow\/[\d.]+-(cpu|gpu)$/);
    assertEquals(dirname(addonPath(device)), nativeDir(device));
    assertEquals(dirname(stampPath(device)), nativeDir(device));
  }
  assertNotEquals(nativeDir("cpu"), nativeDir("gpu"));
});
