// How well the masks of each lane fit the truth.

import { loadSample, type Sample } from "../../models/dataset.ts";
import { createMetrics, type MaskMetrics } from "../../models/metrics.ts";
import { resizeTruth } from "../../models/resize_truth.ts";
import { unpackMask } from "../postprocess/packed_mask.ts";
import type { BenchLane } from "./lanes.ts";

export interface QualityResult {
  readonly lane: BenchLane;
  readonly metrics: MaskMetrics;
}

/**
 * Sends every sample to every lane, one lane after the other, and compares the reply's mask, small regions removed, with
 * the truth, which `resizeTruth` brings to the mask's size. Frames are raw: lanes that are `encodedOnly` are left out.
 */
export async function measureQuality(
  lanes: readonly BenchLane[],
  root: string,
  samples: readonly Sample[],
  onFrame: () => void,
): Promise<QualityResult[]> {
  const results: QualityResult[] = [];
  for (const bench of lanes.filter(({ encodedOnly }) => !encodedOnly)) {
    await using lane = await bench.open();
    const metrics = createMetrics();
    for (const sample of samples) {
      const { image: { width, height, data }, mask: truth } = await loadSample(root, sample);
      const { mask } = await lane.segment({ format: "rgb8", width, height, bytes: data.slice() });
      metrics.add(unpackMask(mask), resizeTruth(truth, mask.width, mask.height));
      onFrame();
    }
    results.push({ lane: bench, metrics: metrics.result() });
  }
  return results;
}

/** At most `limit` of the items, evenly spread over all of them. */
export function spread<T>(items: readonly T[], limit: number): T[] {
  if (items.length <= limit) return [...items];
  return Array.from({ length: limit }, (_, i) => items[Math.floor(i * items.length / limit)]!);
}
