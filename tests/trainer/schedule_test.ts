import { assertAlmostEquals, assertEquals, assertLess } from "@std/assert";
import { isFrozen, learningRateAt, phaseStarts } from "../../trainer/schedule.ts";
import { FLOAT64_SUM } from "../tolerances.ts";

const options = { learningRate: 0.4, warmupSteps: 4, steps: 12, freezeAfter: 2, frozenRate: 0.5 };

Deno.test("learningRateAt() rises in a line and never is 0", () => {
  const rates = [0, 1, 2, 3].map((step) => learningRateAt(step, options));
  for (const [i, rate] of rates.entries()) assertAlmostEquals(rate, 0.1 * (i + 1), FLOAT64_SUM);
});

Deno.test("learningRateAt() falls along half a cosine to 0", () => {
  assertAlmostEquals(learningRateAt(4, options), 0.4, FLOAT64_SUM);
  assertAlmostEquals(learningRateAt(6, options), 0.2 + 0.2 * Math.SQRT1_2, FLOAT64_SUM);
  assertAlmostEquals(learningRateAt(8, options), 0.2, FLOAT64_SUM);
  assertAlmostEquals(learningRateAt(12, options), 0, FLOAT64_SUM);
  assertAlmostEquals(learningRateAt(99, options), 0, FLOAT64_SUM);
});

Deno.test("learningRateAt() needs no warm-up, and bears a run shorter than it", () => {
  assertEquals(learningRateAt(0, { ...options, warmupSteps: 0 }), 0.4);
  assertLess(learningRateAt(1, { ...options, steps: 2 }), 0.4);
});

Deno.test("learningRateAt() is smaller from the step on where batch norms freeze", () => {
  const freezing = { ...options, freezeAfter: 0.5 };
  assertEquals([5, 6].map((step) => isFrozen(step, freezing)), [false, true]);
  assertEquals(learningRateAt(5, freezing), learningRateAt(5, options));
  assertAlmostEquals(learningRateAt(6, freezing), learningRateAt(6, options) / 2, FLOAT64_SUM);
});

Deno.test("phaseStarts() are the first steps of whole images and of frozen norms, where there are any before", () => {
  const starts = (crop: number, cropUntil: number, freezeAfter: number, steps = 100) =>
    phaseStarts({ steps, crop, cropUntil, freezeAfter });
  assertEquals(starts(128, 0.85, 0.9), [85, 90]);
  assertEquals(starts(128, 0.815, 1, 1350), [1101]);
  assertEquals(starts(0, 0.85, 0.9), [90]);
  assertEquals(starts(128, 0.9, 0.9), [90]);
  assertEquals(starts(0, 0.85, 0), []);
});
