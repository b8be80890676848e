// Defects for data that has none: made once and the same for ever, so that there is something to choose a threshold by.

import { createRandom } from "../../../models/random.ts";
import { GOOD, type Sample } from "../../../models/sample.ts";
import type { LoadedSample } from "../sample_cache.ts";
import { addDefect } from "./defect.ts";

/** Loads a sample's image and mask. */
export type LoadSample = (sample: Sample) => Promise<LoadedSample>;

/** Whether no sample shows a defect: a user who has only good parts. */
export function lacksDefects(samples: readonly Sample[]): boolean {
  return samples.every(({ defect }) => defect === GOOD);
}

/** Every other good image, by chance, comes with a synthetic defect, the same each time it is loaded. */
export function withStandIns(load: LoadSample, seed: number): LoadSample {
  return async (sample) => {
    const loaded = await load(sample);
    const random = createRandom(seed).fork("stand-in").fork(sample.path);
    return sample.defect === GOOD && random.next() < 0.5
      ? addDefect(loaded, loaded.image, random.fork("defect"))
      : loaded;
  };
}
