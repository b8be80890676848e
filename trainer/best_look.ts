// Which weights of a run are its best. A pure function of what was measured: a resumed run decides as an uninterrupted one.

import type { Measurement } from "./early_stop.ts";

/** One look at the validation part, image by image. */
export interface Look extends Measurement {
  /** IoU of each watched image, in the same order at every look. Empty in the log of a run of before there were any. */
  readonly ious: readonly number[];
}

/** Standard errors that chance alone exceeds once in some twenty times. */
const clearly = 2;

/**
 * Whether the weights of the latest look become the run's best. Those of an earlier one stay only where they are clearly better:
 * by more than two standard errors of the differences, image by image. A schedule makes the later weights the better bet, and
 * the highest of several looks at a few defects is mostly luck.
 *
 * @param looks All of the run so far, in order; at least one.
 */
export function takesLead(looks: readonly Look[]): boolean {
  const latest = looks.at(-1)!;
  const highest = looks.reduce((best, look) => look.score > best.score ? look : best);
  const count = latest.ious.length;
  if (count === 0 || highest.ious.length !== count) return latest.score >= highest.score;
  const differences = latest.ious.map((iou, at) => highest.ious[at]! - iou);
  const mean = differences.reduce((sum, one) => sum + one, 0) / count;
  const squares = differences.reduce((sum, one) => sum + (one - mean) ** 2, 0);
  return mean <= clearly * Math.sqrt(squares / Math.max(1, count - 1) / count);
}
