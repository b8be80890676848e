// Defects for data that has none: made once and the same for ever, so that there is something to choose a threshold by.

import { createRandom } from "../../../models/random.ts";
import { GOOD, type Sample } from "../../../models/sample.ts";
import type { LoadedSample } from "../sample_cache.ts";
import { addDefect } from "./defect.ts";

/** Loads a sample's image and mask. */
export type LoadSample = (sample: Sample) => Promise<LoadedSample>;

/** The type of a defect that is made when its image is loaded. */
const SYNTHETIC = "synthetic";

/** Whether no sample shows a defect: a user who has only good parts. */
export function lacksDefects(samples: readonly Sample[]): boolean {
  return samples.every(({ defect }) => defect === GOOD);
}

/** Of each product every other good image, from the first on, is called a synthetic defect: a product has one if it has an image. */
export function standIns(samples: readonly Sample[]): Sample[] {
  const seen = new Map<string, number>();
  return samples.map((sample) => {
    if (sample.defect !== GOOD) return sample;
    const at = seen.get(sample.product) ?? 0;
    seen.set(sample.product, at + 1);
    return at % 2 === 0 ? { ...sample, defect: SYNTHETIC } : sample;
  });
}

/** What `standIns` called so comes with a defect, the same each time it is loaded; all else as it is. */
export function withStandIns(load: LoadSample, seed: number): LoadSample {
  return async (sample) => {
    const loaded = await load(sample);
    // A folder of real defects may have that name too, but then there are masks.
    if (sample.defect !== SYNTHETIC || sample.maskPath !== undefined) return loaded;
    const random = createRandom(seed).fork("stand-in").fork(sample.path).fork("defect");
    return addDefect(loaded, loaded.image, random);
  };
}
