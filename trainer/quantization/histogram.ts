// How often a value holds which numbers, in bins, and the range that is worth having integers for. Knows no graph.

import type { ValueRange } from "./scales.ts";

/** Counts over equal bins between two ends; what lies outside counts in the last bin of its side. */
export interface Histogram extends ValueRange {
  readonly counts: Float64Array;
}

/** Fine enough to cut off one value in ten thousand, as TensorRT's calibration has it (Migacz 2017). */
const binCount = 2048;

export function createHistogram({ min, max }: ValueRange, bins = binCount): Histogram {
  return { min, max, counts: new Float64Array(bins) };
}

/** Counts numbers in place. */
export function addTo({ min, max, counts }: Histogram, values: Float32Array): void {
  const last = counts.length - 1;
  const perBin = max > min ? counts.length / (max - min) : 0;
  for (const value of values) {
    const bin = Math.floor((value - min) * perBin);
    counts[Math.max(0, Math.min(last, bin))]!++;
  }
}

/**
 * The range without the outermost numbers.
 *
 * @param share How many of the numbers stay at least, of each side: 0.9999 cuts one in ten thousand at either end.
 */
export function percentileRange(histogram: Histogram, share: number): ValueRange {
  const { min, max, counts } = histogram;
  const total = counts.reduce((sum, count) => sum + count, 0);
  const allowed = total * (1 - share);
  const binWidth = (max - min) / counts.length;
  let [first, last] = [0, counts.length - 1];
  for (let cut = counts[first]!; cut <= allowed && first < last; cut += counts[first]!) first++;
  for (let cut = counts[last]!; cut <= allowed && last > first; cut += counts[last]!) last--;
  return { min: min + first * binWidth, max: min + (last + 1) * binWidth };
}

/** Levels that eight bits have. */
const levels = 256;

/**
 * The range, clipped alike in units of the larger side, whose 256 levels lose the least of the distribution: the smallest
 * Kullback-Leibler divergence between what the clipped numbers are and what they become (Migacz 2017).
 */
export function entropyRange(histogram: Histogram): ValueRange {
  const { min, max, counts } = histogram;
  const binWidth = (max - min) / counts.length;
  if (binWidth === 0) return { min, max };
  const reach = Math.max(-min, max);
  let best = { divergence: Infinity, limit: reach };
  for (let part = levels / 2; part <= counts.length; part += levels / 16) {
    const limit = reach * part / counts.length;
    const first = Math.max(0, Math.floor((-limit - min) / binWidth));
    const last = Math.min(counts.length, Math.ceil((limit - min) / binWidth));
    const divergence = divergenceOf(counts, first, last);
    if (divergence < best.divergence) best = { divergence, limit };
  }
  return { min: Math.max(min, -best.limit), max: Math.min(max, best.limit) };
}

/** Between bins `first` to `last`, what lies outside added to the ends, and the same through 256 levels. */
function divergenceOf(counts: Float64Array, first: number, last: number): number {
  const inside = counts.slice(first, last);
  const clipped = inside.slice();
  for (let at = 0; at < first; at++) clipped[0]! += counts[at]!;
  for (let at = last; at < counts.length; at++) clipped[clipped.length - 1]! += counts[at]!;
  const total = clipped.reduce((sum, count) => sum + count, 0);
  const kept = inside.reduce((sum, count) => sum + count, 0);
  let divergence = 0;
  for (let level = 0; level < levels; level++) {
    const from = Math.floor(level * inside.length / levels);
    const to = Math.floor((level + 1) * inside.length / levels);
    let [sum, filled] = [0, 0];
    for (let at = from; at < to; at++) {
      sum += inside[at]!;
      if (inside[at]! > 0) filled++;
    }
    for (let at = from; at < to; at++) {
      if (clipped[at]! === 0) continue;
      const p = clipped[at]! / total;
      // A level gives its count back evenly to the bins that had some. One that lost all of its own is a large loss, not an infinite one.
      const q = inside[at]! > 0 ? sum / filled / kept : 1 / total / total;
      divergence += p * Math.log(p / q);
    }
  }
  return divergence;
}
