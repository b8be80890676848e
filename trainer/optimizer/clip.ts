// Keeps one bad batch from throwing the weights far off.

import * as tf from "@tensorflow/tfjs";

/**
 * Scales gradients so that the norm of all together is at most `maxNorm` (Pascanu et al. 2013, algorithm 1).
 * Call it inside `tf.tidy`.
 *
 * @returns The scaled gradients, and the norm they had before.
 */
export function clipByGlobalNorm(
  gradients: readonly tf.Tensor[],
  maxNorm: number,
): { readonly gradients: tf.Tensor[]; readonly norm: tf.Tensor } {
  const squares = gradients.map((gradient) => tf.sum(tf.square(gradient)));
  // Not tf.addN: on webgpu it gives garbage, without a word, for more tensors than a shader may bind.
  const norm = tf.sqrt(tf.sum(tf.stack(squares)));
  const factor = tf.minimum(1, tf.div(maxNorm, tf.add(norm, 1e-12)));
  return { gradients: gradients.map((gradient) => tf.mul(gradient, factor)), norm };
}
