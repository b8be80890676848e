import { assertAlmostEquals } from "@std/assert";
import { aupro } from "../../../trainer/metrics/aupro.ts";
import { FLOAT64_SUM } from "../../tolerances.ts";

const scores = (...values: number[]) => Float32Array.from(values);

Deno.test("aupro() equals a curve drawn by hand, a region of 1 weighing as much as one of 4", () => {
  const good = scores(0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9);
  // False positive rate 0 to .1: overlaps 1 and 0; to .2: 1 and 1/4; to .3: 1 and 2/4. The rest is beyond 0.3.
  const byHand = ((1 + 0) / 2 + (1 + 1 / 4) / 2 + (1 + 2 / 4) / 2) / 3;
  const regions = [scores(1), scores(0.75, 0.85, 0.05, 0.65)];
  assertAlmostEquals(aupro(regions, good), byHand, FLOAT64_SUM);
});

Deno.test("aupro() is 1 when every region is above all good pixels, 0 when below the upper 30 %", () => {
  const good = scores(0.1, 0.2, 0.3, 0.4);
  assertAlmostEquals(aupro([scores(0.5, 0.6), scores(0.9)], good), 1, FLOAT64_SUM);
  assertAlmostEquals(aupro([scores(0.25, 0.1), scores(0)], good), 0, FLOAT64_SUM);
});

Deno.test("aupro() of a map with one score is half the limit: the curve is the diagonal", () => {
  const flat = new Float32Array(1000).fill(0.5);
  assertAlmostEquals(aupro([flat, scores(0.5)], flat), 0.15, FLOAT64_SUM);
});
