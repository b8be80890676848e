// How good the averaged weights are on some of the validation part, while training.

import type { Sample } from "../models/dataset.ts";
import type { Image, Mask } from "../models/image.ts";
import { createMetrics, iou, quotient } from "../models/metrics.ts";
import { createRandom } from "../models/random.ts";
import { createRuleSearch } from "./metrics/rule_search.ts";
import { segmentMap } from "../models/segment_map.ts";
import { toBatch } from "./data/batches.ts";
import type { SampleCache } from "./data/sample_cache.ts";
import type { Learner } from "./learner.ts";

export interface Validation {
  /** `iou_image` by the best rule. */
  readonly iouImage: number;
  /** `iou_defect` by the same rule. */
  readonly iouDefect: number;
  readonly threshold: number;
  readonly minRegionScore: number;
  /** IoU of each sample by the same rule; 1 where nothing is and nothing was found. */
  readonly ious: readonly number[];
}

/** A defective image, with what was found in it by the best rule. */
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
  const search = createRuleSearch();
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
  const { iou_image: iouImage, threshold, minRegionScore } = search.best();
  const rule = { threshold, minRegionScore, minRegionPixels: 0 };
  const metrics = createMetrics();
  const ious: number[] = [];
  const pictures: ValidationPicture[] = [];
  for (const { path, image, map, truth } of scored) {
    const { mask: predicted } = segmentMap(map, rule);
    metrics.add(predicted, truth);
    const { intersection, union } = iou(predicted, truth);
    ious.push(quotient(intersection, union));
    if (pictures.length < pictureCount && truth.data.includes(1)) {
      pictures.push({ path, image, predicted, truth });
    }
  }
  const validation = {
    iouImage,
    iouDefect: metrics.result().iou_defect,
    threshold,
    minRegionScore,
    ious,
  };
  return { validation, pictures };
}
