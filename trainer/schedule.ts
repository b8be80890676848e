// The learning rate over a run.

export interface ScheduleOptions {
  /** Largest rate. */
  readonly learningRate: number;
  readonly warmupSteps: number;
  readonly steps: number;
}

/**
 * Linear warm-up, then half a cosine to zero (Loshchilov and Hutter 2017, eq. 5, one period).
 *
 * @param step Counted from 0.
 */
export function learningRateAt(step: number, options: ScheduleOptions): number {
  const { learningRate, warmupSteps, steps } = options;
  if (step < warmupSteps) return learningRate * (step + 1) / warmupSteps;
  const share = (step - warmupSteps) / Math.max(1, steps - warmupSteps);
  return learningRate * (1 + Math.cos(Math.PI * Math.min(1, share))) / 2;
}
