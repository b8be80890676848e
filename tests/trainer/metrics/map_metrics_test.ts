import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { createMapMetrics, type MapMetrics } from "../../../trainer/metrics/map_metrics.ts";
import { goldenMaps } from "../../helpers/golden_maps.ts";
import { drawnMask } from "../../helpers/masks.ts";
import { FLOAT32_METRIC, FLOAT64_SUM } from "../../tolerances.ts";
import golden from "../../models/golden/map_metrics.json" with { type: "json" };

const map = (...data: number[]) => ({ width: 2, height: 2, data: Float32Array.from(data) });
const good = drawnMask("..", "..");
const corner = drawnMask("#.", "..");

function report(pairs: Iterable<Parameters<ReturnType<typeof createMapMetrics>["add"]>>) {
  const metrics = createMapMetrics();
  for (const [map, truth] of pairs) metrics.add(map, truth);
  return metrics.result();
}

const goldenReport = (step: number) =>
  report(goldenMaps(step).map(({ map, truth }) => [map, truth]));

function assertMetrics(actual: MapMetrics, expected: MapMetrics, tolerance: number): void {
  for (const name of Object.keys(expected) as (keyof MapMetrics)[]) {
    assertAlmostEquals(actual[name]!, expected[name]!, tolerance, name);
  }
}

for (const ranking of golden.rankings) {
  Deno.test(`createMapMetrics() equals scikit-learn and AUPRO's definition, scores in steps of ${ranking.step / 1000}`, () => {
    const { metrics, precisionRecall } = goldenReport(ranking.step);
    assertMetrics(metrics, ranking.exact, FLOAT64_SUM);
    const { curve } = precisionRecall!;
    const [thresholds, precisions, recalls] = ranking.curve;
    assertEquals(curve.map(({ threshold }) => threshold), thresholds);
    assertEquals(curve.map(({ precision }) => precision), precisions);
    assertEquals(curve.map(({ recall }) => recall), recalls);
  });

  Deno.test(`createMapMetrics() equals anomalib, scores in steps of ${ranking.step / 1000}`, () => {
    assertMetrics(goldenReport(ranking.step).metrics, ranking.anomalib, FLOAT32_METRIC);
  });
}

Deno.test("createMapMetrics() equals hand-computed values", () => {
  const { metrics } = report([
    [map(0.5, 0.25, 0.125, 0), corner],
    [map(0.75, 0.125, 0, 0), good],
  ]);
  assertEquals(metrics, {
    auroc_image: 0, // 0.5 is below 0.75
    auroc_pixel: 6 / 7, // 0.5 is above 6 of 7
    aupro_30: (0.3 * 7 - 1) / (0.3 * 7), // of 2.1 good pixels, it is found from the first on
    f1_max: 2 / 3, // both at and above 0.5: precision 1/2, recall 1
  });
});

Deno.test("createMapMetrics() says undefined where a class is missing", () => {
  const none = { auroc_pixel: undefined, aupro_30: undefined, f1_max: undefined };
  const allGood = report([[map(0.5, 0, 0, 0), good], [map(0, 0, 0, 0), good]]);
  assertEquals(allGood.metrics, { auroc_image: undefined, ...none });
  assertEquals(allGood.precisionRecall, undefined);

  const full = report([[map(0.5, 0, 0, 0), drawnMask("##", "##")]]);
  assertEquals(full.metrics, { auroc_image: undefined, ...none });

  const noGoodImage = report([[map(0.5, 0, 0, 0), corner]]);
  const perfect = { auroc_pixel: 1, aupro_30: 1, f1_max: 1 };
  assertEquals(noGoodImage.metrics, { auroc_image: undefined, ...perfect });
});

Deno.test("createMapMetrics() refuses NaN, other sizes and an empty set", () => {
  const metrics = createMapMetrics();
  assertThrows(() => metrics.add(map(0, NaN, 0, 0), good), RangeError, "at (1, 0) is NaN");
  assertThrows(() => metrics.add(map(0, 0, 0, 0), drawnMask("..")), RangeError, "truth is 2×1");
  assertThrows(() => metrics.result(), RangeError, "no map was added");
});
