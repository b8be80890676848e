// Round numbers for an axis. Knows no picture.

/** An axis's round numbers, in rising order, and how to write them. */
export interface Ticks {
  readonly values: readonly number[];
  /** Digits after the point that tell neighbours apart. */
  readonly decimals: number;
}

/**
 * Steps of 1, 2 or 5 times a power of ten, from at or below `low` to at or above `high`.
 * One number alone gets room above it.
 *
 * @param count About how many steps; at most twice as many come.
 * @throws RangeError when the ends are not finite or in the wrong order.
 */
export function niceTicks(low: number, high: number, count = 5): Ticks {
  if (!(Number.isFinite(low) && Number.isFinite(high) && low <= high)) {
    throw new RangeError(`Cannot make ticks from ${low} to ${high}: must be finite and rising`);
  }
  const rough = (high > low ? high - low : Math.abs(low) || 1) / count;
  const exponent = Math.floor(Math.log10(rough));
  const times = rough / 10 ** exponent;
  const digit = times < 1.5 ? 1 : times < 3.5 ? 2 : times < 7.5 ? 5 : 10;
  const decimals = Math.max(0, digit === 10 ? -exponent - 1 : -exponent);
  // Exact multiples of a whole number, divided once: 3 × 0.1 would be 0.30000000000000004.
  const step = exponent < 0 ? digit : digit * 10 ** exponent;
  const divisor = exponent < 0 ? 10 ** -exponent : 1;
  const first = Math.floor(low * divisor / step + ROUNDING);
  const last = Math.max(Math.ceil(high * divisor / step - ROUNDING), first + 1);
  const values = Array.from({ length: last - first + 1 }, (_, i) => (first + i) * step / divisor);
  return { values, decimals };
}

/** In steps: an end this near to a tick is at it. */
const ROUNDING = 1e-9;
