// What all losses read, computed once. A loss here is a value with its slope, both written down: left to automatic
// differentiation, the same losses take twice as many kernels (see objective.ts).

import * as tf from "@tensorflow/tfjs";

/** Tensors of one batch, `[N,H,W,1]` each. */
export interface Pixels {
  /** 1 where there is a defect, else 0. */
  readonly truth: tf.Tensor;
  /** `p = sigmoid(logits)`. */
  readonly probability: tf.Tensor;
  /** A pixel's `−y·ln p − (1−y)·ln(1−p)`. */
  readonly crossEntropy: tf.Tensor;
  /** `p − y`, which is also the slope of the cross-entropy. */
  readonly residual: tf.Tensor;
  /** The slope of the sigmoid, `p·(1−p)`. */
  readonly sigmoidSlope: tf.Tensor;
}

/** A loss of a batch. */
export interface Loss {
  readonly value: tf.Scalar;
  /** Derivative of the value in every logit, `[N,H,W,1]`. */
  readonly slope: tf.Tensor;
}

/** Finite for any finite logit: `ln(1 + e^z)` is computed as `z` where that is all there is of it. */
export function pixelsOf(logits: tf.Tensor, truth: tf.Tensor): Pixels {
  const probability = tf.sigmoid(logits);
  return {
    truth,
    probability,
    crossEntropy: tf.sub(tf.softplus(logits), tf.mul(logits, truth)),
    residual: tf.sub(probability, truth),
    sigmoidSlope: tf.sub(probability, tf.square(probability)),
  };
}

/** Sums over each image: `[N,H,W,1] → [N,1,1,1]`. */
export function sumPerImage(values: tf.Tensor): tf.Tensor {
  return tf.sum(values, [1, 2, 3], true);
}
