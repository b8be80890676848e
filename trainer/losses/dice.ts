// Dice: makes the few defect pixels count.

import * as tf from "@tensorflow/tfjs";
import { type Loss, type Pixels, sumPerImage } from "./pixels.ts";

/**
 * `1 − (2·Σpy + 1) / (Σp + Σy + 1)` of each image, then the mean (Milletari et al. 2016, eq. 3, without the squares). Of each
 * image, because over the whole batch a stain outweighs a hundred scratches and the small defects are never learned. The ones
 * make a sound image's loss small when nothing is found in it.
 */
export function dice({ truth, probability, sigmoidSlope }: Pixels): Loss {
  const images = truth.shape[0]!;
  const overlap = tf.add(tf.mul(2, sumPerImage(tf.mul(probability, truth))), 1); // [N,1,1,1]
  const total = tf.add(tf.add(sumPerImage(probability), sumPerImage(truth)), 1);
  const quotient = tf.div(overlap, total);
  // d(overlap/total)/dp = (2y − overlap/total) / total
  const slope = tf.mul(
    sigmoidSlope,
    tf.sub(
      tf.div(tf.div(quotient, total), images),
      tf.mul(truth, tf.div(2 / images, total)),
    ),
  );
  return { value: tf.sub(1, tf.mean(quotient)), slope };
}
