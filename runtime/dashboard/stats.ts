// Numbers over the last frames: rate, percentiles, a line of them. Pure; knows no page.

/** The newest `size` values, oldest first. */
export interface Recent<T> {
  push(value: T): void;
  values(): readonly T[];
  clear(): void;
}

export function createRecent<T>(size: number): Recent<T> {
  let held: T[] = [];
  return {
    push: (value) => void (held = [...held.slice(1 - size), value]),
    values: () => held,
    clear: () => void (held = []),
  };
}

/** The value below or at which `share` (0..1) of the values are: nearest rank. NaN without values. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? NaN;
}

/** A count at a time in milliseconds. */
export interface Sample {
  readonly count: number;
  readonly atMs: number;
}

/** Counts per second over the last `spanMs`. NaN when there is nothing to compare. */
export function rateOf(samples: readonly Sample[], spanMs = 2000): number {
  const last = samples.at(-1);
  const first = samples.find(({ atMs }) => last && atMs >= last.atMs - spanMs);
  if (!last || !first || last.atMs === first.atMs) return NaN;
  return (last.count - first.count) / (last.atMs - first.atMs) * 1000;
}

/** An SVG path through the values from left to right, 0 at the bottom, `top` at the top of a 100×100 box. */
export function linePath(values: readonly number[], top: number, slots = values.length): string {
  const step = 100 / Math.max(1, slots - 1);
  const start = 100 - step * (values.length - 1);
  return values.map((value, index) => {
    const y = 100 - Math.min(1, value / top) * 100;
    return `${index === 0 ? "M" : "L"}${(start + index * step).toFixed(2)} ${y.toFixed(2)}`;
  }).join("");
}
