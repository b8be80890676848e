// How good the averaged weights are on some of the validation part, while training.

import type { Sample } from "../models/dataset.ts";
import type { Image, Mask } from "../models/image.ts";
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

/** A defective image, with what was found in it at the best threshold. */
export interface ValidationPicture {
  readonly path: string;
  readonly image: Image;
  readonly predicted: Mask;
  readonly truth: Mask;
}

/** Pictures of one look: enough to see a run come on. */
const pictureCount = 3;

/** The same random choice of samples every time. */
export function chooseSamples(samples: readonly Sample[], count: number, seed: number): Sample[] {
  return createRandom(seed).fork("validation").shuffle([...samples]).slice(0, count);
}

/** Runs the samples one by one. @throws RangeError when there is none. */
export async function validate(
  learner: Learner,
  samples: readonly Sample[],
  cache: SampleCache,
): Promise<{ readonly validation: Validation; readonly pictures: readonly ValidationPicture[] }> {
  const search = createThresholdSearch();
  const scored = [];
  for (const sample of samples) {
    const loaded = await cache.load(sample);
    const { image, mask: truth } = loaded;
    const map = {
      width: image.width,
      height: image.height,
      data: await learner.predict(toBatch([loaded])),
    };
    search.add(map, truth);
    scored.push({ path: sample.path, image, map, truth });
  }
  const { threshold, iou_image: iouImage } = search.best();
  const metrics = createMetrics();
  const pictures: ValidationPicture[] = [];
  for (const { path, image, map, truth } of scored) {
    const predicted = maskOf(map, threshold);
    metrics.add(predicted, truth);
    if (pictures.length < pictureCount && truth.data.includes(1)) {
      pictures.push({ path, image, predicted, truth });
    }
  }
  const validation = { iouImage, iouDefect: metrics.result().iou_defect, threshold };
  return { validation, pictures };
}
