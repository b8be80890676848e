// Focal loss: cross-entropy in which a pixel that is nearly right counts little.

import * as tf from "@tensorflow/tfjs";
import type { Loss, Pixels } from "./pixels.ts";

export interface FocalOptions {
  /** Weight of defect pixels, 0..1; sound ones have the rest. */
  readonly alpha: number;
  /** How fast a pixel counts less as it gets better; 0 is cross-entropy. */
  readonly gamma: number;
}

/** Mean over all pixels of `−αₜ·(1−pₜ)^γ·ln pₜ` (Lin et al. 2017, eq. 5), where `1−pₜ` is `|p−y|`. */
export function focal({ truth, crossEntropy, residual }: Pixels, options: FocalOptions): Loss {
  const { alpha, gamma } = options;
  const error = tf.abs(residual);
  const weights = tf.mul(
    tf.add(tf.mul(truth, (2 * alpha - 1) / truth.size), (1 - alpha) / truth.size),
    gamma === 2 ? tf.square(error) : tf.pow(error, gamma),
  );
  // d|p−y|/dz = ±|p−y|·(1−|p−y|), with the sign of p−y: positive on sound pixels.
  const sign = tf.sub(1, tf.mul(2, truth));
  const steepness = tf.add(error, tf.mul(tf.mul(crossEntropy, tf.sub(1, error)), gamma));
  return {
    value: tf.sum(tf.mul(weights, crossEntropy)),
    slope: tf.mul(tf.mul(weights, sign), steepness),
  };
}
