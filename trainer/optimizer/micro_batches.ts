// A large batch's gradient, computed in parts that fit into memory.

import * as tf from "@tensorflow/tfjs";
import type { Batch } from "../data/batches.ts";

/** What one batch says: its loss and one gradient a bucket. */
export interface Slope {
  readonly loss: tf.Scalar;
  readonly gradients: readonly tf.Tensor[];
}

/**
 * Divides a batch; the last part may be smaller.
 *
 * @param size Images of a part.
 */
export function microBatches(batch: Batch, size: number): Batch[] {
  const { images, masks, count, windows } = batch;
  const [perImage, perMask] = [images.length / count, masks.length / count];
  return Array.from({ length: Math.ceil(count / size) }, (_, part) => {
    const [from, to] = [part * size, Math.min(count, (part + 1) * size)];
    return {
      ...batch,
      images: images.subarray(from * perImage, to * perImage),
      masks: masks.subarray(from * perMask, to * perMask),
      count: to - from,
      ...(windows && { windows: { ...windows, starts: windows.starts.slice(from, to) } }),
    };
  });
}

/**
 * Mean over the images of all parts. The same as the whole batch's where the loss is a mean over images and no batch norm
 * learns from the batch; missed defects are a mean over the images that have one, so there parts differ a little.
 * Call it inside `tf.tidy`; it holds the tensors of one part at a time.
 */
export function meanSlope(
  parts: readonly Batch[],
  slopeOf: (part: Batch) => Slope,
): Slope {
  const [first] = parts;
  if (first !== undefined && parts.length === 1) return slopeOf(first);
  const total = parts.reduce((sum, { count }) => sum + count, 0);
  let sum: tf.Tensor[] = [];
  for (const part of parts) {
    const next = tf.tidy(() => {
      const { loss, gradients } = slopeOf(part);
      const shares = [loss, ...gradients].map((value) => tf.mul(value, part.count / total));
      return shares.map((share, at) => sum[at] === undefined ? share : tf.add(sum[at], share));
    });
    tf.dispose(sum);
    sum = next;
  }
  const [loss, ...gradients] = sum;
  return { loss: loss as tf.Scalar, gradients };
}
