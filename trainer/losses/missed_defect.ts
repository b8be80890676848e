// Cross-entropy of the defect pixels alone: keeps small defects alive.

import * as tf from "@tensorflow/tfjs";
import { type Loss, type Pixels, sumPerImage } from "./pixels.ts";

/**
 * The mean of `−ln p` over the defect pixels of an image, then over the images that have one; 0 when none has. Where a kind
 * of defect is missed altogether, p is near 0 and so are the slopes of the other losses: Dice's by the sigmoid's slope, that
 * of the mean over all pixels by the few pixels a scratch has. This one still pulls.
 */
export function missedDefect({ truth, crossEntropy, residual }: Pixels): Loss {
  const pixels = sumPerImage(truth); // [N,1,1,1]
  const images = tf.maximum(tf.sum(tf.minimum(pixels, 1)), 1);
  const share = tf.div(truth, tf.mul(tf.maximum(pixels, 1), images));
  return { value: tf.sum(tf.mul(share, crossEntropy)), slope: tf.mul(share, residual) };
}
