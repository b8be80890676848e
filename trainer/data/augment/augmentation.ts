// What every augmentation is. Knows none of them.

import type { Random } from "../../../models/random.ts";
import type { LoadedSample } from "../sample_cache.ts";

/**
 * Makes another sample of one, or gives it back as it is. Pure: all chance comes from `random`, and the sample is not
 * changed.
 */
export type Augmentation = (sample: LoadedSample, random: Random) => LoadedSample;

/** Uniform in −spread..spread. */
export function around(random: Random, spread: number): number {
  return (2 * random.next() - 1) * spread;
}
