// The exponential average of the weights over the steps (Polyak and Juditsky 1992): smoother than the weights themselves.

import * as tf from "@tensorflow/tfjs";

/**
 * Moves averages towards the weights in place; in the first steps, when there is little to average, by a larger share.
 * Call it inside `tf.tidy`.
 *
 * @param decay Share of the average that a step keeps.
 * @param step Counted from 0.
 */
export function moveAverage(
  averages: readonly tf.Variable[],
  weights: readonly tf.Tensor[],
  decay: number,
  step: number,
): void {
  const kept = Math.min(decay, (1 + step) / (10 + step));
  for (const [at, average] of averages.entries()) {
    average.assign(tf.add(tf.mul(average, kept), tf.mul(weights[at]!, 1 - kept)));
  }
}
