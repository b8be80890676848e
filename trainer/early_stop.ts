// Decides whether a run still gets better. A pure function of what was measured: a resumed run decides as an uninterrupted one.

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
