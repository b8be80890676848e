// Area under a ROC curve, exact: by counting ranks, with no grid of thresholds. Knows no image.

import { countAbove, countBelow } from "./ranked_scores.ts";

/**
 * The area under the ROC curve (trapezoids between the thresholds) up to a false positive rate, divided by
 * that rate. With `limit` 1 it is the Mann–Whitney statistic: how often a defective score is above a good one,
 * ties counted half.
 *
 * The curve is the mean of one curve per defective score: 0 up to the rate of the good scores above it, 1 from
 * the rate of those not below it on, and between the two, which are apart where scores tie, a straight line.
 *
 * @param good in rising order, at least one.
 * @param defective in any order, at least one.
 * @param limit in (0, 1].
 */
export function rocArea(good: Float32Array, defective: Float32Array, limit: number): number {
  // Rates are counted in good scores: whole numbers and halves have exact sums.
  const end = limit * good.length;
  let area = 0;
  for (const score of defective) {
    const above = countAbove(good, score);
    const notBelow = good.length - countBelow(good, score);
    if (notBelow <= end) area += end - (above + notBelow) / 2;
    else if (above < end) area += (end - above) ** 2 / (2 * (notBelow - above));
  }
  return area / (end * defective.length);
}
