// Counts scores in equal bins.

const BINS = 20;

/** How many scores are in each twentieth of 0..1, the upper edge not in it; 1 is in the last. */
export function histogram(scores: Iterable<number>): number[] {
  const counts = new Array<number>(BINS).fill(0);
  for (const score of scores) counts[Math.min(Math.floor(score * BINS), BINS - 1)]!++;
  return counts;
}
