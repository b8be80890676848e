// Area under the per-region overlap curve. Finds no region itself.

import { rocArea } from "./roc_area.ts";

/** Up to which false positive rate the curve counts: the 30 % of `aupro_30`. */
const FPR_LIMIT = 0.3;

/**
 * The area under the curve of the regions' mean overlap against the false positive rate, up to 0.3 and divided by
 * it (Bergmann et al., "The MVTec Anomaly Detection Dataset", IJCV 2021). Large and small regions weigh the same.
 *
 * The curve is the mean of the regions' own ROC curves against all good pixels, so its area is the mean of theirs.
 *
 * @param regions scores of each defect region; at least one region of at least one pixel.
 * @param good scores of all pixels without a defect in rising order, at least one.
 */
export function aupro(regions: readonly Float32Array[], good: Float32Array): number {
  const areas = regions.map((region) => rocArea(good, region, FPR_LIMIT));
  return areas.reduce((sum, area) => sum + area) / areas.length;
}
