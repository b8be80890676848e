// How often one caller may do something: a bucket for each, filled at a rate up to a burst. Knows nothing of
// requests or frames.

import type { Clock } from "../stream/clock.ts";

export interface BucketOptions {
  readonly perSecond: number;
  /** What may come at once after a rest, at least 1. */
  readonly burst: number;
  readonly clock: Clock;
  /** Callers that are remembered; the one who was quiet for longest is forgotten first. @default {10000} */
  readonly maxKeys?: number;
}

export interface Buckets {
  /** Takes one. @returns 0, or how many ms the caller should wait. */
  take(key: string): number;
  readonly size: number;
}

/** A caller who waits as long as it was told must not be refused for a rounding. */
const ONE = 1 - 1e-9;

export function createBuckets(options: BucketOptions): Buckets {
  const { perSecond, clock, maxKeys = 10_000 } = options;
  const burst = Math.max(1, options.burst);
  const buckets = new Map<string, { left: number; atMs: number }>();
  return {
    take(key) {
      const now = clock.now();
      const { left, atMs } = buckets.get(key) ?? { left: burst, atMs: now };
      const filled = Math.min(burst, left + (now - atMs) / 1000 * perSecond);
      buckets.delete(key); // then set: a Map keeps the order of insertion, the quietest is in front
      buckets.set(key, { left: filled < ONE ? filled : filled - 1, atMs: now });
      if (buckets.size > maxKeys) buckets.delete(buckets.keys().next().value!);
      return filled < ONE ? (1 - filled) / perSecond * 1000 : 0;
    },
    get size() {
      return buckets.size;
    },
  };
}
