// A map as a picture.

import type { Image, ScoreMap } from "../../models/image.ts";

/** Colours at the scores 0, ¼, ½, ¾ and 1: the dashboard's, from dark violet over red and orange to pale yellow. */
export const heatStops = [
  [13, 5, 42],
  [90, 21, 109],
  [201, 42, 83],
  [249, 141, 41],
  [249, 238, 157],
] as const;

/** The map in heat colours, pixel for pixel. */
export function drawHeat({ width, height, data: scores }: ScoreMap): Image {
  const spans = heatStops.length - 1;
  const data = new Uint8Array(3 * scores.length);
  scores.forEach((score, at) => {
    const span = Math.min(Math.floor(score * spans), spans - 1);
    const [from, to, weight] = [heatStops[span]!, heatStops[span + 1]!, score * spans - span];
    for (const channel of [0, 1, 2] as const) {
      const value = from[channel] + (to[channel] - from[channel]) * weight;
      data[3 * at + channel] = Math.round(value);
    }
  });
  return { width, height, data };
}
