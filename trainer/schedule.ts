// The learning rate over a run.

export interface ScheduleOptions {
  /** Largest rate. */
  readonly learningRate: number;
  readonly warmupSteps: number;
  readonly steps: number;
  /** Share of the steps after which batch norms are frozen, 0..1. */
  readonly freezeAfter: number;
  /** Factor of the rate from then on. */
  readonly frozenRate: number;
}

/** Whether batch norms use their running statistics at a step. */
export function isFrozen(step: number, { steps, freezeAfter }: ScheduleOptions): boolean {
  return step >= freezeAfter * steps;
}

/**
 * Linear warm-up, then half a cosine to zero (Loshchilov and Hutter 2017, eq. 5, one period); smaller once batch norms
 * are frozen.
 *
 * @param step Counted from 0.
 */
export function learningRateAt(step: number, options: ScheduleOptions): number {
  const { warmupSteps, steps } = options;
  const learningRate = options.learningRate * (isFrozen(step, options) ? options.frozenRate : 1);
  if (step < warmupSteps) return learningRate * (step + 1) / warmupSteps;
  const share = (step - warmupSteps) / Math.max(1, steps - warmupSteps);
  return learningRate * (1 + Math.cos(Math.PI * Math.min(1, share))) / 2;
}
