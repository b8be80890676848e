// How good the averaged weights are on some of the validation part, while training.

import { GOOD, type Sample } from "../models/sample.ts";
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

/**
 * The same random choice of samples every time. Of more than can be watched, as many have a defect as are good, or all there
 * are, the types of each product in turn: where few parts are defective, a plain draw may have none to tell weights apart by.
 */
export function chooseSamples(samples: readonly Sample[], count: number, seed: number): Sample[] {
  const shuffled = createRandom(seed).fork("validation").shuffle([...samples]);
  if (shuffled.length <= count) return shuffled;
  const good = inTurn(shuffled.filter(({ defect }) => defect === GOOD));
  const defective = inTurn(shuffled.filter(({ defect }) => defect !== GOOD))
    .slice(0, Math.max(Math.ceil(count / 2), count - good.length));
  const chosen = new Set([...defective, ...good.slice(0, count - defective.length)]);
  return shuffled.filter((sample) => chosen.has(sample));
}

/** The first of each type of each product, then the second of each, and so on. */
function inTurn(samples: readonly Sample[]): Sample[] {
  const seen = new Map<string, number>();
  const ranks = new Map(samples.map((sample) => {
    const kind = JSON.stringify([sample.product, sample.defect]);
    const rank = seen.get(kind) ?? 0;
    seen.set(kind, rank + 1);
    return [sample, rank];
  }));
  return samples.toSorted((a, b) => ranks.get(a)! - ranks.get(b)!);
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
