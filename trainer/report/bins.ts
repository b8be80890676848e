// Counts scores in equal bins.

import { binOf, SCORE_BINS } from "../../models/score_counts.ts";

/** How many scores are in each twentieth of 0..1, the upper edge not in it; 1 is in the last. */
export function histogram(scores: Iterable<number>): number[] {
  const counts = new Array<number>(SCORE_BINS).fill(0);
  for (const score of scores) counts[binOf(score, SCORE_BINS)]!++;
  return counts;
}
