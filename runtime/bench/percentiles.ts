// The numbers that a list of times is told by.

/** Milliseconds. */
export interface Percentiles {
  readonly min: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

/**
 * Nearest-rank percentiles: the smallest time that at least p % of the times do not exceed.
 *
 * @throws {RangeError} when there is no time.
 */
export function percentiles(times: readonly number[]): Percentiles {
  if (times.length === 0) throw new RangeError("Cannot take percentiles: there is no time");
  const sorted = times.toSorted((a, b) => a - b);
  const rank = (percent: number) => sorted[Math.ceil(percent / 100 * sorted.length) - 1]!;
  return { min: sorted[0]!, p50: rank(50), p95: rank(95), p99: rank(99) };
}
