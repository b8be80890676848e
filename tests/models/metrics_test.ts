import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import type { Mask, ScoreMap } from "../../models/image.ts";
import {
  chooseThreshold,
  createMetrics,
  createThresholdSearch,
  evaluateMasks,
  iou,
  type MaskMetrics,
  maskOf,
  THRESHOLD_GRID,
} from "../../models/metrics.ts";
import { createRandom } from "../../models/random.ts";
import { goldenMaps } from "../helpers/golden_maps.ts";
import { FLOAT32_METRIC, FLOAT64_SUM } from "../tolerances.ts";
import mapGolden from "./golden/map_metrics.json" with { type: "json" };
import golden from "./golden/metrics.json" with { type: "json" };

const mask = (...data: number[]): Mask => ({ width: 2, height: 2, data: Uint8Array.from(data) });
const map = (...data: number[]): ScoreMap => ({
  width: 2,
  height: 2,
  data: Float32Array.from(data),
});

/** Pictures of metrics.json. */
function goldenPairs(): { map: ScoreMap; truth: Mask }[] {
  const { width, height } = golden;
  return golden.truths.map((bits, i) => ({
    truth: { width, height, data: Uint8Array.from(bits, Number) },
    map: { width, height, data: Float32Array.from(golden.mapsTimes1000[i]!, (v) => v / 1000) },
  }));
}

function assertMetrics(actual: MaskMetrics, expected: MaskMetrics, tolerance = FLOAT64_SUM): void {
  for (const name of Object.keys(expected) as (keyof MaskMetrics)[]) {
    assertAlmostEquals(actual[name], expected[name], tolerance, name);
  }
}

Deno.test("iou() counts a hand-made 2×2", () => {
  assertEquals(iou(mask(1, 1, 0, 0), mask(1, 0, 1, 0)), { intersection: 1, union: 3 });
  assertEquals(iou(mask(0, 0, 0, 0), mask(0, 0, 0, 0)), { intersection: 0, union: 0 });
});

Deno.test("evaluateMasks() equals hand-computed values", () => {
  const metrics = evaluateMasks([
    { prediction: mask(1, 1, 0, 0), truth: mask(1, 0, 1, 0) }, // 1/3
    { prediction: mask(0, 0, 0, 0), truth: mask(0, 0, 0, 0) }, // both empty: 1
    { prediction: mask(0, 1, 0, 0), truth: mask(0, 0, 0, 0) }, // one empty: 0
    { prediction: mask(0, 0, 0, 0), truth: mask(0, 0, 0, 1) }, // the other empty: 0
  ]);
  assertMetrics(metrics, {
    images: 4,
    iou_image: (1 / 3 + 1) / 4,
    iou_defect: 1 / 6,
    iou_pooled: 1 / 5,
    miou: (1 / 5 + 11 / 15) / 2,
    dice: 2 / 6,
    all_empty: 1 / 2,
  });
});

Deno.test("createMetrics() equals scikit-learn", () => {
  const metrics = createMetrics();
  for (const { map, truth } of goldenPairs()) metrics.add(maskOf(map, golden.threshold), truth);
  assertMetrics(metrics.result(), golden.metrics);
});

Deno.test("createMetrics() equals segmentation_models_pytorch and torchmetrics", () => {
  const metrics = createMetrics();
  for (const { map, truth } of goldenMaps(1)) {
    metrics.add(maskOf(map, mapGolden.threshold), truth);
  }
  assertMetrics(metrics.result(), mapGolden.masks, FLOAT32_METRIC);
});

Deno.test("createMetrics() says NaN where no image has a defect, and 1 for empty against empty", () => {
  const empty = mask(0, 0, 0, 0);
  assertEquals(evaluateMasks([{ prediction: empty, truth: empty }]), {
    images: 1,
    iou_image: 1,
    iou_defect: NaN,
    iou_pooled: 1,
    miou: 1,
    dice: 1,
    all_empty: 1,
  });
});

Deno.test("createMetrics() refuses other sizes and an empty set", () => {
  const wide = { width: 4, height: 1, data: new Uint8Array(4) };
  const message = "Cannot compare prediction of 4×1 with truth of 2×2";
  assertThrows(() => createMetrics().add(wide, mask(0, 0, 0, 0)), RangeError, message);
  assertThrows(() => createMetrics().result(), RangeError, "no image was added");
});

Deno.test("maskOf() takes scores that reach the threshold", () => {
  assertEquals(maskOf(map(0.49, 0.5, 0.51, NaN), 0.5).data, Uint8Array.of(0, 1, 1, 0));
});

Deno.test("createThresholdSearch() equals scikit-learn at every threshold", () => {
  const search = createThresholdSearch();
  for (const { map, truth } of goldenPairs()) search.add(map, truth);
  const curve = search.curve();
  assertEquals(curve.map(({ threshold }) => threshold), [...THRESHOLD_GRID]);
  for (const [i, { iou_image }] of curve.entries()) {
    assertAlmostEquals(iou_image, golden.curve[i]!, FLOAT64_SUM, `threshold ${THRESHOLD_GRID[i]}`);
  }
});

Deno.test("createThresholdSearch() equals thresholding each map, also for odd scores and grids", () => {
  const random = createRandom("scores");
  const odd = [0, 1, -0.5, 1.5, NaN, 0.02, 0.98, 0.3, Infinity, -Infinity, 615 / 2048];
  const grid = [0.3, 0.301, 0.3015, 615 / 2048, 0.02, 0.98, 1, 0];
  const pairs = Array.from({ length: 20 }, () => ({
    map: map(...Array.from({ length: 4 }, () => {
      return random.int(3) === 0 ? odd[random.int(odd.length)]! : random.next();
    })),
    truth: mask(...Array.from({ length: 4 }, () => random.int(2))),
  }));
  const search = createThresholdSearch(grid);
  for (const { map, truth } of pairs) search.add(map, truth);
  for (const { threshold, iou_image } of search.curve()) {
    const metrics = evaluateMasks(
      pairs.map(({ map, truth }) => ({ prediction: maskOf(map, threshold), truth })),
    );
    assertAlmostEquals(iou_image, metrics.iou_image, FLOAT64_SUM, `threshold ${threshold}`);
  }
});

Deno.test("chooseThreshold() takes the best, and of equal ones the nearest to 0.5", () => {
  const expected = Math.max(...golden.curve);
  const chosen = chooseThreshold(goldenPairs());
  assertAlmostEquals(chosen.iou_image, expected, FLOAT64_SUM);
  assertEquals(chosen.threshold, THRESHOLD_GRID[golden.curve.indexOf(expected)]);
  // Every threshold in (0.1, 0.9] separates these scores.
  const clear = [{ map: map(0.9, 0.1, 0.1, 0.1), truth: mask(1, 0, 0, 0) }];
  assertEquals(chooseThreshold(clear), { threshold: 0.5, iou_image: 1 });
  const low = [{ map: map(0.3, 0.1, 0.1, 0.1), truth: mask(1, 0, 0, 0) }];
  assertEquals(chooseThreshold(low).threshold, 0.3);
});

Deno.test("createThresholdSearch() refuses an empty grid, an empty set and other sizes", () => {
  assertThrows(() => createThresholdSearch([]), RangeError, "there is no threshold");
  assertThrows(() => createThresholdSearch().best(), RangeError, "no map was added");
  const wide = { width: 4, height: 1, data: new Float32Array(4) };
  const search = createThresholdSearch();
  assertThrows(() => search.add(wide, mask(0, 0, 0, 0)), RangeError, "4×1 with truth of 2×2");
});
