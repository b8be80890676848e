// Samples without files: noise with a square defect, and a cache that gives them.

import type { Sample } from "../../../models/sample.ts";
import { createRandom } from "../../../models/random.ts";
import type { LoadedSample, SampleCache } from "../../../trainer/data/sample_cache.ts";

/** Grey noise; the 4×4 pixels from (3, 2) are brighter and the defect. */
export function noisySample(width: number, height: number, seed = 0): LoadedSample {
  const random = createRandom(seed);
  const mask = new Uint8Array(width * height);
  for (let y = 2; y < 6; y++) mask.fill(1, y * width + 3, y * width + 7);
  const data = Uint8Array.from(
    { length: 3 * width * height },
    (_, at) => 80 + random.int(40) + 100 * mask[Math.floor(at / 3)]!,
  );
  return { image: { width, height, data }, mask: { width, height, data: mask } };
}

export function namedSample(product: string, defect: string, i: number): Sample {
  return { product, path: `${product}/${defect}/${i}.png`, defect };
}

/** Gives every sample the same picture and notes what was asked for. */
export function recordingCache(loaded: LoadedSample): SampleCache & { readonly asked: Sample[] } {
  const asked: Sample[] = [];
  return {
    asked,
    load(sample) {
      asked.push(sample);
      return Promise.resolve(loaded);
    },
  };
}
