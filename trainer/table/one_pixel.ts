// How much one pixel means to the metric on a class: what the truth itself would score, drawn a little too wide.

import { loadSample, type Sample } from "../../models/dataset.ts";
import type { Mask } from "../../models/image.ts";
import { createMetrics } from "../../models/metrics.ts";
import { resizeTruth } from "../../models/resize_truth.ts";
import type { ImageSize } from "../ops/ops.ts";

/**
 * `iou_image` of a finding that is right on every image and one pixel too wide all around each defect. Labels are no more exact
 * than that, so this is about as much as a number on these samples can mean.
 *
 * @param size Pixels at which masks are compared.
 * @throws RangeError when there is no sample.
 */
export async function onePixelIou(
  root: string,
  samples: readonly Sample[],
  { width, height }: ImageSize,
): Promise<number> {
  const metrics = createMetrics();
  for (const sample of samples) {
    const truth = resizeTruth((await loadSample(root, sample)).mask, width, height);
    metrics.add(widened(truth), truth);
  }
  return metrics.result().iou_image;
}

/** Every pixel that has a set one among itself and its eight neighbours. */
export function widened({ width, height, data }: Mask): Mask {
  const wide = new Uint8Array(data.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (data[y * width + x] === 0) continue;
      for (let row = Math.max(0, y - 1); row <= Math.min(height - 1, y + 1); row++) {
        wide.fill(1, row * width + Math.max(0, x - 1), row * width + Math.min(width, x + 2));
      }
    }
  }
  return { width, height, data: wide };
}
