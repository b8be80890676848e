import { assertEquals, assertThrows } from "@std/assert";
import { percentiles } from "../../../runtime/bench/percentiles.ts";

Deno.test("percentiles() are nearest ranks of the sorted times", () => {
  const hundred = Array.from({ length: 100 }, (_, i) => 100 - i);
  assertEquals(percentiles(hundred), { min: 1, p50: 50, p95: 95, p99: 99 });
  assertEquals(percentiles([30, 10, 20]), { min: 10, p50: 20, p95: 30, p99: 30 });
  assertEquals(percentiles([7]), { min: 7, p50: 7, p95: 7, p99: 7 });
});

Deno.test("percentiles() refuses an empty list", () => {
  assertThrows(() => percentiles([]), RangeError, "there is no time");
});
