import { assert, assertEquals } from "@std/assert";
import { precisionRecall } from "../../../trainer/metrics/precision_recall.ts";

const scores = (...values: number[]) => Float32Array.from(values);

Deno.test("precisionRecall() equals hand-computed values", () => {
  const { curve, f1Max } = precisionRecall({
    good: scores(0.125, 0.25, 0.5),
    defective: scores(0.25, 0.75, 1),
  });
  assertEquals(curve, [
    { threshold: 1, precision: 1, recall: 1 / 3 },
    { threshold: 0.75, precision: 1, recall: 2 / 3 },
    { threshold: 0.25, precision: 3 / 5, recall: 1 },
  ]);
  assertEquals(f1Max, 4 / 5);
});

Deno.test("precisionRecall() takes tied scores together", () => {
  const tied = precisionRecall({ good: scores(0.5, 0.5), defective: scores(0.5, 0.5, 0.5) });
  assertEquals(tied.curve, [{ threshold: 0.5, precision: 3 / 5, recall: 1 }]);
  assertEquals(tied.f1Max, 6 / 8);
});

Deno.test("precisionRecall() draws a long curve with a point for every 200th of recall", () => {
  const count = 1000;
  const defective = Float32Array.from({ length: count }, (_, i) => (i + 1) / 1024);
  const { curve } = precisionRecall({ good: scores(0), defective });
  const recalls = curve.map(({ recall }) => recall);
  assertEquals(recalls, [1 / count, ...Array.from({ length: 200 }, (_, i) => (i + 1) * 5 / count)]);
  assert(curve.every(({ threshold, recall }) => threshold === (1001 - recall * count) / 1024));
});

Deno.test("precisionRecall() has the point of the threshold that is asked for, between those of scores of defects", () => {
  const ranked = {
    good: scores(0.125, ...new Array<number>(100).fill(0.625)),
    defective: scores(0.25, ...new Array<number>(99).fill(0.875)),
  };
  const { curve, f1Max } = precisionRecall(ranked, 0.5);
  assertEquals(curve, [
    { threshold: 0.875, precision: 1, recall: 99 / 100 },
    { threshold: 0.5, precision: 99 / 199, recall: 99 / 100 },
    { threshold: 0.25, precision: 1 / 2, recall: 1 },
  ]);
  assertEquals(f1Max, precisionRecall(ranked).f1Max);
  assertEquals(precisionRecall(ranked, 0.9), precisionRecall(ranked), "no defect reaches it");
});
