// How good masks are: the one place where the metrics' names get their formulas. Knows no model and no file.

import type { Mask, ScoreMap } from "./image.ts";

/** Pixel counts of one prediction against its truth. */
export interface Overlap {
  /** |P∩Y| */
  readonly intersection: number;
  /** |P∪Y| */
  readonly union: number;
}

/**
 * Metrics over a set of images, all in 0..1. Truth Y, prediction P. A quotient of two empty sets is 1.
 */
export interface MaskMetrics {
  /** How many images were added. */
  images: number;
  /** Mean over images of |P∩Y|/|P∪Y|; 1 when both are empty, 0 when only one is. */
  iou_image: number;
  /** The same mean over the images that have a defect; NaN when none has. */
  iou_defect: number;
  /** Σ|P∩Y| / Σ|P∪Y| over all images. */
  iou_pooled: number;
  /** Mean of the pooled IoU of defect and of background. */
  miou: number;
  /** 2·Σ|P∩Y| / (Σ|P| + Σ|Y|) over all images, which is also the pixel F1. */
  dice: number;
  /** `iou_image` of predicting nothing: the share of images without a defect. */
  all_empty: number;
}

/** Collects images one by one. */
export interface MetricsAccumulator {
  /** Adds an image. Throws RangeError when the sizes differ. */
  add(prediction: Mask, truth: Mask): void;
  /** The metrics of what was added. Throws RangeError when nothing was. */
  result(): MaskMetrics;
}

/** Counts the pixels where both masks are set and where one is. Throws RangeError when the sizes differ. */
export function iou(prediction: Mask, truth: Mask): Overlap {
  expectSameSize(prediction, truth);
  const [p, y] = [prediction.data, truth.data];
  let intersection = 0;
  let union = 0;
  for (let i = 0; i < p.length; i++) {
    intersection += p[i]! & y[i]!;
    union += p[i]! | y[i]!;
  }
  return { intersection, union };
}

/** Creates an empty accumulator. */
export function createMetrics(): MetricsAccumulator {
  let images = 0, defective = 0, pixels = 0;
  let iouSum = 0, iouDefectSum = 0;
  let intersections = 0, unions = 0;
  return {
    add(prediction, truth) {
      const { intersection, union } = iou(prediction, truth);
      const value = quotient(intersection, union);
      images++;
      pixels += truth.data.length;
      iouSum += value;
      intersections += intersection;
      unions += union;
      if (truth.data.includes(1)) {
        defective++;
        iouDefectSum += value;
      }
    },
    result() {
      if (images === 0) throw new RangeError("Cannot compute metrics: no image was added");
      const iouPooled = quotient(intersections, unions);
      // Background: its intersection is what neither has, its union what not both have.
      const iouBackground = quotient(pixels - unions, pixels - intersections);
      return {
        images,
        iou_image: iouSum / images,
        iou_defect: iouDefectSum / defective,
        iou_pooled: iouPooled,
        miou: (iouPooled + iouBackground) / 2,
        dice: quotient(2 * intersections, intersections + unions), // |P| + |Y| = |P∩Y| + |P∪Y|
        all_empty: (images - defective) / images,
      };
    },
  };
}

/** Metrics of pairs of masks. Throws RangeError when sizes differ or there is no pair. */
export function evaluateMasks(
  pairs: Iterable<{ readonly prediction: Mask; readonly truth: Mask }>,
): MaskMetrics {
  const metrics = createMetrics();
  for (const { prediction, truth } of pairs) metrics.add(prediction, truth);
  return metrics.result();
}

/** P = map ≥ threshold. */
export function maskOf(map: ScoreMap, threshold: number): Mask {
  const { width, height, data } = map;
  const mask = new Uint8Array(data.length);
  for (let i = 0; i < mask.length; i++) mask[i] = data[i]! >= threshold ? 1 : 0;
  return { width, height, data: mask };
}

/** A share of nothing is whole. */
export function quotient(part: number, whole: number): number {
  return whole === 0 ? 1 : part / whole;
}

/** @throws RangeError when they are not of one size. */
export function expectSameSize(a: Mask | ScoreMap, b: Mask): void {
  if (a.width !== b.width || a.height !== b.height) {
    throw new RangeError(
      `Cannot compare prediction of ${a.width}×${a.height} with truth of ${b.width}×${b.height}`,
    );
  }
}
