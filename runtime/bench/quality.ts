// How well the masks of each lane fit the truth.

import { loadSample, type Sample } from "../../models/dataset.ts";
import { createMetrics, type MaskMetrics } from "../../models/metrics.ts";
import { resizeMaskNearest } from "../../models/resize.ts";
import { unpackMask } from "../postprocess/packed_mask.ts";
import type { BenchLane } from "./lanes.ts";

export interface QualityResult {
  readonly lane: BenchLane;
  readonly metrics: MaskMetrics;
}

/**
 * Sends every sample to every lane and compares the reply's mask, small regions removed, with the truth.
 * A truth of another size is resized to the mask's by nearest neighbour.
 */
export async function measureQuality(
  lanes: readonly BenchLane[],
  root: string,
  samples: readonly Sample[],
  onFrame: () => void,
): Promise<QualityResult[]> {
  const results = lanes.map((lane) => ({ lane, metrics: createMetrics() }));
  for (const sample of samples) {
    const { image, mask: truth } = await loadSample(root, sample);
    for (const { lane: { lane }, metrics } of results) {
      const { mask } = await lane.segment({
        format: "rgb8",
        width: image.width,
        height: image.height,
        bytes: image.data.slice(),
      });
      metrics.add(unpackMask(mask), resizeMaskNearest(truth, mask.width, mask.height));
      onFrame();
    }
  }
  return results.map(({ lane, metrics }) => ({ lane, metrics: metrics.result() }));
}

/** At most `limit` of the items, evenly spread over all of them. */
export function spread<T>(items: readonly T[], limit: number): T[] {
  if (items.length <= limit) return [...items];
  return Array.from({ length: limit }, (_, i) => items[Math.floor(i * items.length / limit)]!);
}
