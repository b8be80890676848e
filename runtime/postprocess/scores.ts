// Numbers of a whole map. Knows nothing of thresholds, regions or frames.

import type { ScoreMap } from "../../models/image.ts";
import { ProviderError } from "../engine/provider.ts";

/**
 * The highest score of a map, 0..1: the image's own score, as MVTec AD's authors define it. NaN where any score is no finite
 * number.
 */
export function maxScore({ data }: ScoreMap): number {
  let highest = 0;
  // By index: of 256² scores it takes 0.04 ms, for...of 0.26.
  for (let at = 0; at < data.length; at++) {
    const score = data[at]!;
    if (score <= highest && score > -Infinity) continue;
    if (!Number.isFinite(score)) return NaN;
    highest = score;
  }
  return highest;
}

/**
 * The highest score of a map that can be judged: held against a threshold, NaN would pass as ok.
 *
 * @throws {ProviderError} code "run" when it is NaN.
 */
export function requireScore(score: number): number {
  if (!Number.isNaN(score)) return score;
  throw new ProviderError(
    "run",
    "Cannot judge the network's map: it has a score that is NaN or infinite",
  );
}

/** The map as round(255 × score), one byte a pixel. */
export function quantizeMap(map: ScoreMap): Uint8Array<ArrayBuffer> {
  const scores = map.data;
  const bytes = new Uint8Array(scores.length);
  for (let i = 0; i < scores.length; i++) bytes[i] = 255 * scores[i]! + 0.5;
  return bytes;
}
