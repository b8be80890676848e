// Numbers of a whole map. Knows nothing of thresholds, regions or frames.

import type { ScoreMap } from "../../models/image.ts";

/** The highest score of a map, 0..1: the image's own score, as MVTec AD's authors define it. */
export function maxScore(map: ScoreMap): number {
  let highest = 0;
  for (const score of map.data) if (score > highest) highest = score;
  return highest;
}

/** The map as round(255 × score), one byte a pixel. */
export function quantizeMap(map: ScoreMap): Uint8Array<ArrayBuffer> {
  const scores = map.data;
  const bytes = new Uint8Array(scores.length);
  for (let i = 0; i < scores.length; i++) bytes[i] = 255 * scores[i]! + 0.5;
  return bytes;
}
