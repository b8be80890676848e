// Whether the scores of today are those that the model was chosen on: the population-stability index of the
// last frames' image scores against the card's histogram. Pure but for the window it keeps.

import { binOf } from "../../models/score_counts.ts";

/** Frames that the index looks back on. */
const WINDOW = 1000;
/** Below so many frames an index says more about chance than about the line. */
const LEAST = 100;
/** An empty bin counts as this share, or the logarithm has no value. */
const FLOOR = 1e-4;

/**
 * Σ (aᵢ − eᵢ) · ln(aᵢ / eᵢ) over the bins' shares: 0 when both are alike; above 0.25 is commonly read as
 * another population (Siddiqi, Credit Risk Scorecards, 2006).
 *
 * @throws {RangeError} when the bins are not as many, or one side has no count.
 */
export function stabilityIndex(expected: readonly number[], actual: readonly number[]): number {
  if (expected.length !== actual.length) {
    throw new RangeError(`Cannot compare ${actual.length} bins with ${expected.length}`);
  }
  const [e, a] = [shares(expected), shares(actual)];
  return e.reduce((sum, share, at) => sum + (a[at]! - share) * Math.log(a[at]! / share), 0);
}

function shares(counts: readonly number[]): number[] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total <= 0) throw new RangeError("Cannot compare histograms: one has no count");
  return counts.map((count) => Math.max(FLOOR, count / total));
}

export interface Drift {
  add(score: number): void;
  /** Undefined until enough frames have come. */
  index(): number | undefined;
}

/** @param reference counts of bins of equal width over 0..1. */
export function createDrift(reference: readonly number[], window = WINDOW, least = LEAST): Drift {
  const bins: number[] = reference.map(() => 0);
  const ring: number[] = [];
  let next = 0;
  return {
    add(score) {
      const bin = binOf(score, bins.length);
      const old = ring[next];
      if (old !== undefined) bins[old]!--;
      bins[bin]!++;
      ring[next] = bin;
      next = (next + 1) % window;
    },
    index: () =>
      ring.length < Math.min(least, window) ? undefined : stabilityIndex(reference, bins),
  };
}
