// One map sorted by its truth: what the metrics over maps need of an image. Knows no metric.

import { findComponents, runScoreOf } from "../../models/components.ts";
import type { Mask, ScoreMap } from "../../models/image.ts";

/** All scores of a map, 0..1. An image is defective when it has a region, whatever its folder says. */
export interface MapScores {
  /** Of the pixels without a defect, in reading order. */
  readonly good: Float32Array;
  /** Of each defect region: an 8-connected component of the truth, as MVTec AD's authors and anomalib take them. */
  readonly regions: readonly Float32Array[];
  /** Maximum of the map: the image's score. */
  readonly highest: number;
}

/** Sorts the scores of a map. @throws RangeError when the sizes differ or a score is NaN or outside 0..1. */
export function scoresOf(map: ScoreMap, truth: Mask): MapScores {
  if (map.width !== truth.width || map.height !== truth.height) {
    throw new RangeError(
      `Cannot measure a map of ${map.width}×${map.height}: truth is ${truth.width}×${truth.height}`,
    );
  }
  const wrong = map.data.findIndex((score) => !(score >= 0 && score <= 1));
  if (wrong >= 0) {
    const [x, y] = [wrong % map.width, Math.floor(wrong / map.width)];
    throw new RangeError(
      `Cannot measure a map: the score at (${x}, ${y}) is ${map.data[wrong]}, must be in 0..1`,
    );
  }
  const { components, starts, ends, owners } = findComponents(truth, runScoreOf(map));
  const regions = components.map(({ area }) => new Float32Array(area));
  const filled = new Uint32Array(regions.length);
  owners.forEach((owner, run) => {
    regions[owner]!.set(map.data.subarray(starts[run], ends[run]), filled[owner]);
    filled[owner]! += ends[run]! - starts[run]!;
  });
  return {
    good: map.data.filter((_, i) => truth.data[i] === 0),
    regions,
    highest: map.data.reduce((highest, score) => Math.max(highest, score), 0),
  };
}
