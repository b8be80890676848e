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

export interface PhaseOptions extends Pick<ScheduleOptions, "steps" | "freezeAfter"> {
  /** 0 where no step shows windows. */
  readonly crop: number;
  /** Share of the steps that show windows, 0..1. */
  readonly cropUntil: number;
}

/** The steps, counted from 0, at which whole images come after windows and frozen norms after ones that learn. Rising. */
export function phaseStarts({ steps, crop, cropUntil, freezeAfter }: PhaseOptions): number[] {
  const starts = [crop > 0 ? cropUntil : 0, freezeAfter].map((share) => Math.ceil(share * steps));
  return [...new Set(starts)].filter((step) => step > 0 && step < steps).sort((a, b) => a - b);
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
