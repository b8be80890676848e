// Scores of two classes, sorted so that a threshold's hits and false alarms can be counted. Knows no image.

/** Scores of the two classes, each in rising order and at least one. */
export interface RankedScores {
  readonly good: Float32Array;
  readonly defective: Float32Array;
}

/** Puts the parts of each class together and sorts them; `undefined` where a class is empty: a ranking needs both. */
export function rankScores(
  good: readonly Float32Array[],
  defective: readonly Float32Array[],
): RankedScores | undefined {
  const ranked = { good: concatenate(good).sort(), defective: concatenate(defective).sort() };
  return ranked.good.length > 0 && ranked.defective.length > 0 ? ranked : undefined;
}

/** How many of the rising scores are below this one. */
export function countBelow(rising: Float32Array, score: number): number {
  return countWhile(rising, (other) => other < score);
}

/** How many of the rising scores are above this one. */
export function countAbove(rising: Float32Array, score: number): number {
  return rising.length - countWhile(rising, (other) => other <= score);
}

/** How many scores come before the first that does not fit. By bisection: those that fit come first. */
function countWhile(rising: Float32Array, fits: (score: number) => boolean): number {
  let [from, to] = [0, rising.length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (fits(rising[middle]!)) from = middle + 1;
    else to = middle;
  }
  return from;
}

function concatenate(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
