// How well maps tell defects from the rest at all thresholds: the one place where the names of these metrics get
// their formulas. Those of masks are in metrics.ts. Exact: nothing is binned. Knows no model and no file.

import { aupro } from "./aupro.ts";
import type { Mask, ScoreMap } from "../../models/image.ts";
import { type MapScores, scoresOf } from "./map_scores.ts";
import { type PrecisionRecall, precisionRecall } from "./precision_recall.ts";
import { rankScores } from "./ranked_scores.ts";
import { rocArea } from "./roc_area.ts";

/** Metrics over a set of maps, all in 0..1; `undefined` where one of the two classes is missing. */
export interface MapMetrics {
  /** How often a defective image scores higher than a good one, ties counted half. An image's score is the maximum of its map. */
  readonly auroc_image: number | undefined;
  /** The same for pixels, those of all images together. */
  readonly auroc_pixel: number | undefined;
  /** Area under the per-region overlap curve up to a false positive rate of 0.3, divided by 0.3. */
  readonly aupro_30: number | undefined;
  /** The highest F1 of all thresholds, over the pixels of all images together: `dice` at its best threshold. */
  readonly f1_max: number | undefined;
}

/** Metrics and what a report draws. */
export interface MapReport {
  readonly metrics: MapMetrics;
  /** Of the pixels of all images together; `undefined` where one of the two classes is missing. */
  readonly precisionRecall: PrecisionRecall | undefined;
}

/** Collects maps one by one. Keeps their scores, 4 bytes a pixel: ranks are known only at the end. */
export interface MapMetricsAccumulator {
  /** Adds a map. Throws RangeError when the sizes differ or a score is NaN or outside 0..1. */
  add(map: ScoreMap, truth: Mask): void;
  /** The report on what was added. Throws RangeError when nothing was. */
  result(): MapReport;
}

/** Creates an empty accumulator. */
export function createMapMetrics(): MapMetricsAccumulator {
  const images: MapScores[] = [];
  return {
    add: (map, truth) => void images.push(scoresOf(map, truth)),
    result: () => measureScores(images),
  };
}

/** The report on these images, with the point at a threshold where one is given. Throws RangeError when there is none. */
export function measureScores(images: readonly MapScores[], threshold?: number): MapReport {
  if (images.length === 0) throw new RangeError("Cannot compute metrics: no map was added");
  const goodImages = imageScores(images.filter(({ regions }) => regions.length === 0));
  const defectiveImages = imageScores(images.filter(({ regions }) => regions.length > 0));
  const regions = images.flatMap(({ regions }) => regions);
  const rankedImages = rankScores([goodImages], [defectiveImages]);
  const rankedPixels = rankScores(images.map(({ good }) => good), regions);
  const pixelCurve = rankedPixels && precisionRecall(rankedPixels, threshold);
  return {
    metrics: {
      auroc_image: rankedImages && rocArea(rankedImages.good, rankedImages.defective, 1),
      auroc_pixel: rankedPixels && rocArea(rankedPixels.good, rankedPixels.defective, 1),
      aupro_30: rankedPixels && aupro(regions, rankedPixels.good),
      f1_max: pixelCurve?.f1Max,
    },
    precisionRecall: pixelCurve,
  };
}

function imageScores(images: readonly MapScores[]): Float32Array {
  return Float32Array.from(images, ({ highest }) => highest);
}
