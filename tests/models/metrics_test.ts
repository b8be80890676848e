import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import {
  createMetrics,
  evaluateMasks,
  iou,
  type MaskMetrics,
  maskOf,
} from "../../models/metrics.ts";
import { goldenMaps } from "../helpers/golden_maps.ts";
import { goldenPairs, map, mask } from "../helpers/small_maps.ts";
import { FLOAT32_METRIC, FLOAT64_SUM } from "../tolerances.ts";
import mapGolden from "./golden/map_metrics.json" with { type: "json" };
import golden from "./golden/metrics.json" with { type: "json" };

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
