// Image scores counted in bins of equal width over 0..1: the trainer counts those of the validation part for
// the card, the runtime those of the line. Knows neither.

import type { ScoreMap } from "./image.ts";

/** Bins of a card: a score drifts long before it crosses a twentieth. */
export const SCORE_BINS = 20;

/** Position of a score among `bins` bins; 1 is in the last. */
export function binOf(score: number, bins: number): number {
  return Math.min(bins - 1, Math.max(0, Math.floor(score * bins)));
}

export interface ScoreCounts {
  readonly counts: number[];
  /** Counts the image of a map by the map's maximum. */
  add(map: ScoreMap): void;
}

export function scoreCounts(bins = SCORE_BINS): ScoreCounts {
  const counts = new Array<number>(bins).fill(0);
  return {
    counts,
    add({ data }) {
      const score = data.reduce((highest, value) => Math.max(highest, value), 0);
      counts[binOf(score, bins)]!++;
    },
  };
}
