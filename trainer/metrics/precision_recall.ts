// Precision and recall over all thresholds, exact. Knows no image.

import { countBelow, type RankedScores } from "./ranked_scores.ts";

/** What is reached when everything with at least the threshold's score is called defective. */
export interface PrecisionRecallPoint {
  readonly threshold: number;
  /** Share of what is called defective that is. */
  readonly precision: number;
  /** Share of what is defective that is called so. */
  readonly recall: number;
}

/** All numbers are in 0..1. */
export interface PrecisionRecall {
  /** The highest 2·precision·recall / (precision + recall) of all thresholds. */
  readonly f1Max: number;
  /**
   * From the highest threshold, one point for every 200th of recall: the first that reaches it. Also that of the threshold
   * that was asked for, where something defective reaches it.
   */
  readonly curve: readonly PrecisionRecallPoint[];
}

const CURVE_STEPS = 200;

/**
 * Follows precision and recall down the scores of what is defective. Thresholds at other scores are left out: they
 * call more defective and find no more of it, so none of them is best, and recall does not change there.
 *
 * @param asked A threshold, 0..1, that has a point of its own.
 */
export function precisionRecall(
  { good, defective }: RankedScores,
  asked?: number,
): PrecisionRecall {
  const { length: all } = defective;
  const reachedAt = (threshold: number) => {
    const hits = all - countBelow(defective, threshold);
    const called = hits + good.length - countBelow(good, threshold);
    return { hits, called, point: { threshold, precision: hits / called, recall: hits / all } };
  };
  const stepOf = (hits: number) => Math.floor(hits * CURVE_STEPS / all);
  const curve: PrecisionRecallPoint[] = [];
  let [f1Max, found] = [0, 0];
  while (found < all) {
    const { hits, called, point } = reachedAt(defective[all - 1 - found]!);
    f1Max = Math.max(f1Max, 2 * hits / (called + all));
    if (found === 0 || stepOf(hits) > stepOf(found)) curve.push(point);
    found = hits;
  }
  if (asked !== undefined && !curve.some(({ threshold }) => threshold === asked)) {
    const { hits, point } = reachedAt(asked);
    if (hits > 0) curve.push(point);
  }
  return { f1Max, curve: curve.toSorted((a, b) => b.threshold - a.threshold) };
}
