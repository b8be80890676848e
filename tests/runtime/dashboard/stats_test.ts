import { assertAlmostEquals, assertEquals } from "@std/assert";
import { createRecent, linePath, percentile, rateOf } from "../../../runtime/dashboard/stats.ts";

Deno.test("createRecent() keeps the newest values", () => {
  const recent = createRecent<number>(3);
  for (const value of [1, 2, 3, 4]) recent.push(value);
  assertEquals(recent.values(), [2, 3, 4]);
  recent.clear();
  assertEquals(recent.values(), []);
});

Deno.test("percentile() takes the nearest rank", () => {
  const values = [15, 20, 35, 40, 50];
  assertEquals([0.05, 0.3, 0.4, 0.5, 1].map((p) => percentile(values, p)), [15, 20, 20, 35, 50]);
  assertEquals(percentile([], 0.5), NaN);
});

Deno.test("rateOf() counts per second over the last span", () => {
  const samples = [0, 1000, 2000, 3000].map((atMs) => ({ atMs, count: atMs / 100 }));
  assertAlmostEquals(rateOf(samples, 2000), 10);
  assertEquals(rateOf(samples.slice(0, 1)), NaN);
  assertEquals(rateOf([]), NaN);
});

Deno.test("linePath() runs from left to right, high values up", () => {
  assertEquals(linePath([0, 5, 10], 10), "M0.00 100.00L50.00 50.00L100.00 0.00");
  assertEquals(linePath([5], 10, 5), "M100.00 50.00");
  assertEquals(linePath([], 10), "");
});
