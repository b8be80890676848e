import { assertAlmostEquals, assertEquals, assertNotEquals } from "@std/assert";
import { createRandom } from "../../../../models/random.ts";
import { noisy } from "../../../../trainer/data/augment/noise.ts";

const grey = (value: number) => ({
  width: 100,
  height: 100,
  data: new Uint8Array(30_000).fill(value),
});

Deno.test("noisy() has the deviation asked for and moves no mean", () => {
  const { data } = noisy(grey(128), 5, createRandom(0));
  const mean = data.reduce((sum, value) => sum + value, 0) / data.length;
  const variance = data.reduce((sum, value) => sum + (value - mean) ** 2, 0) / data.length;
  // Three standard errors of 30 000 values; rounding adds a twelfth to the variance.
  assertAlmostEquals(mean, 128, 3 * 5 / Math.sqrt(30_000));
  assertAlmostEquals(Math.sqrt(variance - 1 / 12), 5, 3 * 5 / Math.sqrt(60_000));
});

Deno.test("noisy() stays within 0..255 and follows from the seed", () => {
  const white = noisy(grey(255), 5, createRandom(0)).data;
  assertEquals(Math.max(...white), 255);
  assertEquals(noisy(grey(9), 5, createRandom(1)), noisy(grey(9), 5, createRandom(1)));
  assertNotEquals(noisy(grey(9), 5, createRandom(1)), noisy(grey(9), 5, createRandom(2)));
});
