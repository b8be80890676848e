// How good the averaged weights are on some of the validation part, while training.

import type { Sample } from "../models/dataset.ts";
import { createMetrics, createThresholdSearch, maskOf } from "../models/metrics.ts";
import { createRandom } from "../models/random.ts";
import { toBatch } from "./data/batches.ts";
import type { SampleCache } from "./data/sample_cache.ts";
import type { Learner } from "./learner.ts";

export interface Validation {
  /** `iou_image` at the best threshold. */
  readonly iouImage: number;
  /** `iou_defect` at the same threshold. */
  readonly iouDefect: number;
  readonly threshold: number;
}

/** The same random choice of samples every time. */
export function chooseSamples(samples: readonly Sample[], count: number, seed: number): Sample[] {
  return createRandom(seed).fork("validation").shuffle([...samples]).slice(0, count);
}

/** Runs the samples one by one. @throws RangeError when there is none. */
export async function validate(
  learner: Learner,
  samples: readonly Sample[],
  cache: SampleCache,
): Promise<Validation> {
  const search = createThresholdSearch();
  const scored = [];
  for (const sample of samples) {
    const { image: { width, height }, mask } = await cache.load(sample);
    const data = await learner.predict(toBatch([await cache.load(sample)]));
    search.add({ width, height, data }, mask);
    scored.push({ map: { width, height, data }, mask });
  }
  const { threshold, iou_image: iouImage } = search.best();
  const metrics = createMetrics();
  for (const { map, mask } of scored) metrics.add(maskOf(map, threshold), mask);
  return { iouImage, iouDefect: metrics.result().iou_defect, threshold };
}
