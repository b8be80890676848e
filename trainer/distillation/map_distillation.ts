// What a student learns from its teacher's map: the softened scores, most where the teacher is in two minds.

import * as tf from "@tensorflow/tfjs";
import type { Loss } from "../losses/pixels.ts";

export interface MapDistillationOptions {
  /** Both maps are softened by it: logits are divided by it (Hinton, Vinyals and Dean 2015, section 2). */
  readonly temperature: number;
  /**
   * How much more a pixel counts where the teacher's probability is 1/2 than where it is 0 or 1: outlines and thin defects
   * are there, and a mean over all pixels is one over sound ones.
   */
  readonly bandWeight: number;
}

/**
 * Cross-entropy of the student's softened scores with the teacher's, a weighted mean over the pixels of an image, then over
 * images; times the square of the temperature, so that its slope does not depend on it (the same section).
 *
 * @param student Logits `[N,H,W,1]`.
 * @param teacher Logits `[N,H,W,1]`.
 */
export function mapDistillation(
  student: tf.Tensor,
  teacher: tf.Tensor,
  { temperature, bandWeight }: MapDistillationOptions,
): Loss {
  const images = student.shape[0]!;
  const certainty = tf.sigmoid(teacher);
  const doubt = tf.mul(4, tf.sub(certainty, tf.square(certainty))); // 1 at 1/2, 0 at 0 and 1
  const weight = tf.add(1, tf.mul(bandWeight, doubt));
  const share = tf.div(weight, tf.mul(images, tf.sum(weight, [1, 2, 3], true))); // sums to 1 over the batch
  const soft = tf.div(student, temperature);
  const target = tf.sigmoid(tf.div(teacher, temperature));
  const crossEntropy = tf.sub(tf.softplus(soft), tf.mul(soft, target));
  return {
    value: tf.mul(temperature ** 2, tf.sum(tf.mul(share, crossEntropy))),
    slope: tf.mul(temperature, tf.mul(share, tf.sub(tf.sigmoid(soft), target))),
  };
}
