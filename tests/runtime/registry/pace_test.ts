import { assertEquals, assertThrows } from "@std/assert";
import { RegistryError } from "../../../runtime/registry/errors.ts";
import { checkPace } from "../../../runtime/registry/pace.ts";
import { createRunWindow } from "../../../runtime/registry/run_window.ts";

const serving = () => ({ version: "1.0.0", probeMs: 10, window: createRunWindow() });

Deno.test("checkPace() refuses a version that is many times slower", () => {
  checkPace({ version: "1.1.0", probeMs: 70 }, serving());
  const error = assertThrows(
    () => checkPace({ version: "1.1.0", probeMs: 71 }, serving()),
    RegistryError,
    "a frame takes 71.0 ms, 1.0.0 takes 10.0 ms",
  );
  assertEquals(error.code, "too-slow");
});

Deno.test("checkPace() compares with what the serving version needs lately, when that is more", () => {
  const busy = serving();
  busy.window.add(1, 0, 20);
  checkPace({ version: "1.1.0", probeMs: 120 }, busy);
  assertThrows(() => checkPace({ version: "1.1.0", probeMs: 121 }, busy), RegistryError);
});
