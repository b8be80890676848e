import { assertEquals, assertThrows } from "@std/assert";
import { niceTicks } from "../../../trainer/report/ticks.ts";

Deno.test("niceTicks() steps by 1, 2 or 5, round both ends", () => {
  assertEquals(niceTicks(0, 1), { values: [0, 0.2, 0.4, 0.6, 0.8, 1], decimals: 1 });
  assertEquals(niceTicks(0, 437).values, [0, 100, 200, 300, 400, 500]);
  assertEquals(niceTicks(0.1, 0.3), { values: [0.1, 0.15, 0.2, 0.25, 0.3], decimals: 2 });
});

Deno.test("niceTicks() gives one number alone room above it", () => {
  assertEquals(niceTicks(3, 3).values.length > 1, true);
  assertThrows(() => niceTicks(1, 0), RangeError, "rising");
  assertThrows(() => niceTicks(0, NaN), RangeError, "finite");
});
