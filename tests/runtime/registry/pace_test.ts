import { assertEquals, assertThrows } from "@std/assert";
import { RegistryError } from "../../../runtime/registry/errors.ts";
import { checkPace, paceLately } from "../../../runtime/registry/pace.ts";
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

Deno.test("checkPace() compares with what the serving version needs lately, once it has answered 20 frames", () => {
  for (const ms of [4, 20]) {
    const busy = serving();
    busy.window.add(19, 0, 19 * ms);
    checkPace({ version: "1.1.0", probeMs: 70 }, busy);
    assertThrows(() => checkPace({ version: "1.1.0", probeMs: 71 }, busy), RegistryError);
    busy.window.add(1, 0, ms);
    checkPace({ version: "1.1.0", probeMs: 5 * ms + 20 }, busy);
    assertThrows(() => checkPace({ version: "1.1.0", probeMs: 5 * ms + 21 }, busy), RegistryError);
  }
});

Deno.test("paceLately() is the median of the last frames, when there are 20", () => {
  const { window } = serving();
  window.add(10, 0, 50);
  assertEquals(paceLately({ window }), undefined);
  window.add(10, 0, 70);
  window.add(10, 0, 70);
  assertEquals(paceLately({ window }), 7);
});
