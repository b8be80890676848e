import { assert } from "@std/assert";
import { systemClock } from "../../../runtime/stream/clock.ts";

Deno.test("systemClock calls once after the time, unless cancelled", async () => {
  const cancel = systemClock.after(1, () => {
    throw new Error("was cancelled");
  });
  cancel();
  const started = systemClock.now();
  await new Promise<void>((resolve) => systemClock.after(5, resolve));
  assert(systemClock.now() - started >= 4); // timers count whole milliseconds
});
