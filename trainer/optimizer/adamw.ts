// AdamW as a pair of functions over the vectors of buckets: make the state, take a step. Loshchilov and Hutter 2019,
// algorithm 2. Knows no weight by name.

import * as tf from "@tensorflow/tfjs";
import { type Bucket, sizeOf } from "./buckets.ts";

/** First and second moments, one vector a bucket. */
export interface AdamWState {
  readonly first: readonly tf.Variable[];
  readonly second: readonly tf.Variable[];
}

export interface AdamWStep {
  /** Those that the state has taken before this one. */
  readonly step: number;
  readonly learningRate: number;
  readonly weightDecay: number;
}

const beta1 = 0.9;
const beta2 = 0.999;
const epsilon = 1e-8;

/** Zero moments for the buckets. The caller disposes them. */
export function createAdamW(buckets: readonly Bucket[]): AdamWState {
  const zeros = () =>
    buckets.map((bucket) => tf.tidy(() => tf.variable(tf.zeros([sizeOf(bucket)]), false)));
  return { first: zeros(), second: zeros() };
}

/**
 * Moves the moments in place. Call it inside `tf.tidy`.
 *
 * @param weights One vector a bucket, as are the gradients.
 * @returns The weights after the step.
 */
export function stepAdamW(
  buckets: readonly Bucket[],
  weights: readonly tf.Tensor[],
  gradients: readonly tf.Tensor[],
  state: AdamWState,
  { step, learningRate, weightDecay }: AdamWStep,
): tf.Tensor[] {
  const correction1 = 1 - beta1 ** (step + 1);
  const correction2 = Math.sqrt(1 - beta2 ** (step + 1));
  return buckets.map(({ decays, rateFactor }, at) => {
    const [weight, gradient] = [weights[at]!, gradients[at]!];
    const [first, second] = [state.first[at]!, state.second[at]!];
    const rate = learningRate * rateFactor;
    first.assign(tf.add(tf.mul(first, beta1), tf.mul(gradient, 1 - beta1)));
    second.assign(tf.add(tf.mul(second, beta2), tf.mul(tf.square(gradient), 1 - beta2)));
    // Numerator and denominator of the paper's quotient, the second's correction taken out of both.
    const direction = tf.div(first, tf.add(tf.sqrt(second), epsilon * correction2));
    const kept = decays ? tf.mul(weight, 1 - rate * weightDecay) : weight;
    return tf.sub(kept, tf.mul(direction, rate * correction2 / correction1));
  });
}
