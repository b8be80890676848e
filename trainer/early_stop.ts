// Decides whether a run still gets better. A pure function of what was measured: a resumed run decides as an uninterrupted one.

import { type PhaseOptions, phaseStarts } from "./schedule.ts";

/** One look at the validation part. */
export interface Measurement {
  /** Steps taken before it. */
  readonly step: number;
  /** Higher is better. */
  readonly score: number;
}

/**
 * Why the run should stop, or null as long as it should go on. A score counts as better only when it is higher: a run that
 * finds nothing has the same score for ever. The caller keeps the best weights.
 *
 * @param measurements All of the run so far, in order.
 * @param patience Measurements without a better one that a run is given.
 */
export function earlyStopReason(
  measurements: readonly Measurement[],
  patience: number,
): string | null {
  let best = -1;
  for (const [at, { score }] of measurements.entries()) {
    if (score > (measurements[best]?.score ?? -Infinity)) best = at;
  }
  const since = measurements.length - 1 - best;
  if (since < patience) return null;
  const found = measurements[best];
  return found === undefined
    ? `No score in ${measurements.length} validations`
    : `No better score in ${since} validations since ${
      found.score.toFixed(4)
    } at step ${found.step}`;
}

/**
 * What a run out of patience does: it goes on with the next phase of its schedule, since weights that have not seen whole images
 * or the norms that will be deployed are worth little, and in the last phase it ends. Each phase is measured by its own scores.
 *
 * @param step Steps taken.
 * @returns Why, and the step to go on with, `steps` for the end; null while there is patience.
 */
export function lostPatience(
  measurements: readonly Measurement[],
  step: number,
  options: PhaseOptions & { /** 0 for endless. */ readonly patience: number },
): { readonly reason: string; readonly nextStep: number } | null {
  if (options.patience === 0) return null;
  const starts = phaseStarts(options);
  const start = starts.findLast((start) => start < step) ?? 0;
  const ofPhase = measurements.filter((measurement) => measurement.step > start);
  const reason = earlyStopReason(ofPhase, options.patience);
  if (reason === null) return null;
  return { reason, nextStep: starts.find((start) => start >= step) ?? options.steps };
}
