// Dice: makes the few defect pixels count.

import * as tf from "@tensorflow/tfjs";
import { type Loss, type Pixels, sumPerImage } from "./pixels.ts";

/**
 * `1 − (2·Σpy + 1) / (Σp + Σy + 1)` of each image, then the mean (Milletari et al. 2016, eq. 3, without the squares). Of each
 * image, because over the whole batch a stain outweighs a hundred scratches and the small defects are never learned. The ones
 * make a sound image's loss small when nothing is found in it.
 */
export function dice(pixels: Pixels): Loss {
  return ofImages(pixels, tf.scalar(1));
}

/**
 * The same of the images with a defect, 0 of the others: there Dice does not clear a map that is faint all over, being nearly
 * flat, `1 − 1 / (Σp + 1)`, and outweighs all else where hardly a pixel is left. What is sound is left to the cross-entropy.
 */
export function defectDice(pixels: Pixels): Loss {
  return ofImages(pixels, tf.minimum(sumPerImage(pixels.truth), 1));
}

/** @param counts 1 for an image that counts, else 0: `[N,1,1,1]`, or a scalar for all. The mean is over all N. */
function ofImages({ truth, probability, sigmoidSlope }: Pixels, counts: tf.Tensor): Loss {
  const share = tf.div(counts, truth.shape[0]!);
  const overlap = tf.add(tf.mul(2, sumPerImage(tf.mul(probability, truth))), 1); // [N,1,1,1]
  const total = tf.add(tf.add(sumPerImage(probability), sumPerImage(truth)), 1);
  const quotient = tf.div(overlap, total);
  // d(overlap/total)/dp = (2y − overlap/total) / total
  const pull = tf.div(share, total);
  const slope = tf.mul(
    sigmoidSlope,
    tf.sub(tf.mul(quotient, pull), tf.mul(truth, tf.mul(2, pull))),
  );
  return { value: tf.sum(tf.mul(share, tf.sub(1, quotient))), slope };
}
