// Batch norm by the batch's own statistics or by given ones, on any backend.

import * as tf from "@tensorflow/tfjs";
import { isNative } from "../backend/native.ts";
import type { BatchNormWeights } from "./ops.ts";
import { type BatchStatistics, fusedBatchNorm, fusedFixedBatchNorm } from "./tensorflow_kernels.ts";

/**
 * Ioffe and Szegedy 2015, algorithm 1, over N, H and W of an image `[N,H,W,C]`.
 * Differentiable in `x`, `scale` and `offset`.
 */
export function trainBatchNorm(
  x: tf.Tensor4D,
  scale: tf.Tensor1D,
  offset: tf.Tensor1D,
  epsilon: number,
  observe: BatchStatistics,
): tf.Tensor4D {
  return isNative()
    ? fusedBatchNorm(x, scale, offset, epsilon, observe)
    : composedBatchNorm(x, scale, offset, epsilon, observe);
}

/** Normalises an image `[N,H,W,C]` by given statistics. Differentiable in `x`, `scale` and `offset`. */
export function fixedBatchNorm(
  x: tf.Tensor4D,
  weights: BatchNormWeights<tf.Tensor1D>,
  epsilon: number,
): tf.Tensor4D {
  if (isNative()) return fusedFixedBatchNorm(x, weights, epsilon);
  const { mean, variance, offset, scale } = weights;
  return tf.batchNorm4d(x, mean, variance, offset, scale, epsilon);
}

function composedBatchNorm(
  x: tf.Tensor4D,
  scale: tf.Tensor1D,
  offset: tf.Tensor1D,
  epsilon: number,
  observe: BatchStatistics,
): tf.Tensor4D {
  const moments = tf.moments(x, [0, 1, 2]);
  const [mean, variance] = [moments.mean as tf.Tensor1D, moments.variance as tf.Tensor1D];
  const count = x.size / scale.size;
  observe(mean, tf.mul(variance, count / Math.max(count - 1, 1)));
  return tf.batchNorm4d(x, mean, variance, offset, scale, epsilon);
}
