import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { precisionRecall } from "../../models/precision_recall.ts";
import { FLOAT64_SUM } from "../tolerances.ts";

const scores = (...values: number[]) => Float32Array.from(values);

Deno.test("precisionRecall() equals hand-computed values", () => {
  const { curve, ...numbers } = precisionRecall({
    good: scores(0.125, 0.25, 0.5),
    defective: scores(0.25, 0.75, 1),
  });
  assertEquals(curve, [
    { threshold: 1, precision: 1, recall: 1 / 3 },
    { threshold: 0.75, precision: 1, recall: 2 / 3 },
    { threshold: 0.25, precision: 3 / 5, recall: 1 },
  ]);
  assertEquals([numbers.f1Max, numbers.f1MaxThreshold], [4 / 5, 0.75]);
  assertAlmostEquals(numbers.averagePrecision, (1 + 1 + 3 / 5) / 3, FLOAT64_SUM);
});

Deno.test("precisionRecall() takes tied scores together", () => {
  const tied = precisionRecall({ good: scores(0.5, 0.5), defective: scores(0.5, 0.5, 0.5) });
  assertEquals(tied.curve, [{ threshold: 0.5, precision: 3 / 5, recall: 1 }]);
  assertEquals([tied.f1Max, tied.averagePrecision], [6 / 8, 3 / 5]);
});

Deno.test("precisionRecall() takes the lowest of equally good thresholds", () => {
  // Both have F1 2/3: 1 hit of 1 called, 2 hits of 4 called.
  const { f1Max, f1MaxThreshold } = precisionRecall({
    good: scores(0.5, 0.75),
    defective: scores(0.25, 1),
  });
  assertEquals([f1Max, f1MaxThreshold], [2 / 3, 0.25]);
});

Deno.test("precisionRecall() draws a long curve with a point for every 200th of recall", () => {
  const count = 1000;
  const defective = Float32Array.from({ length: count }, (_, i) => (i + 1) / 1024);
  const { curve, averagePrecision } = precisionRecall({ good: scores(0), defective });
  const recalls = curve.map(({ recall }) => recall);
  assertEquals(recalls, [1 / count, ...Array.from({ length: 200 }, (_, i) => (i + 1) * 5 / count)]);
  assert(curve.every(({ threshold, recall }) => threshold === (1001 - recall * count) / 1024));
  assertAlmostEquals(averagePrecision, 1, FLOAT64_SUM);
});
