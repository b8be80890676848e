// AdamW as a pair of functions over named tensors: make the state, take a step. Loshchilov and Hutter 2019, algorithm 2.

import * as tf from "@tensorflow/tfjs";

/** First and second moments by weight path. */
export interface AdamWState {
  readonly first: ReadonlyMap<string, tf.Variable>;
  readonly second: ReadonlyMap<string, tf.Variable>;
}

export interface AdamWStep {
  /** Counted from 0. */
  readonly step: number;
  readonly learningRate: number;
  readonly weightDecay: number;
  /** Whether weight decay pulls on the weight of this path. */
  decays(path: string): boolean;
}

const beta1 = 0.9;
const beta2 = 0.999;
const epsilon = 1e-8;

/** Zero moments for the weights. */
export function createAdamW(weights: ReadonlyMap<string, tf.Tensor>): AdamWState {
  const zeros = () =>
    new Map(
      [...weights].map(([path, { shape }]) =>
        [path, tf.tidy(() => tf.variable(tf.zeros(shape), false))] as const
      ),
    );
  return { first: zeros(), second: zeros() };
}

/** Moves the weights and the moments in place. Call it inside `tf.tidy`. */
export function stepAdamW(
  weights: ReadonlyMap<string, tf.Variable>,
  gradients: ReadonlyMap<string, tf.Tensor>,
  state: AdamWState,
  options: AdamWStep,
): void {
  const { step, learningRate, weightDecay, decays } = options;
  const correction1 = 1 - beta1 ** (step + 1);
  const correction2 = 1 - beta2 ** (step + 1);
  for (const [path, weight] of weights) {
    const gradient = gradients.get(path);
    if (gradient === undefined) throw new RangeError(`Weight "${path}" has no gradient`);
    const first = state.first.get(path)!;
    const second = state.second.get(path)!;
    first.assign(tf.add(tf.mul(first, beta1), tf.mul(gradient, 1 - beta1)));
    second.assign(tf.add(tf.mul(second, beta2), tf.mul(tf.square(gradient), 1 - beta2)));
    const update = tf.div(
      tf.mul(first, 1 / correction1),
      tf.add(tf.sqrt(tf.mul(second, 1 / correction2)), epsilon),
    );
    const kept = decays(path) ? tf.mul(weight, 1 - learningRate * weightDecay) : weight;
    weight.assign(tf.sub(kept, tf.mul(update, learningRate)));
  }
}

/**
 * Scales gradients so that the norm of all together is at most `maxNorm` (Pascanu et al. 2013, algorithm 1).
 * Call it inside `tf.tidy`.
 *
 * @returns The scaled gradients, and the norm they had before.
 */
export function clipByGlobalNorm(
  gradients: ReadonlyMap<string, tf.Tensor>,
  maxNorm: number,
): { readonly gradients: Map<string, tf.Tensor>; readonly norm: tf.Tensor } {
  const squares = [...gradients.values()].map((gradient) => tf.sum(tf.square(gradient)));
  // Not tf.addN: on webgpu it gives garbage, without a word, for more tensors than a shader may bind.
  const norm = tf.sqrt(tf.sum(tf.stack(squares)));
  const factor = tf.minimum(1, tf.div(maxNorm, tf.add(norm, 1e-12)));
  const scaled = [...gradients].map(([path, gradient]) =>
    [path, tf.mul(gradient, factor)] as const
  );
  return { gradients: new Map(scaled), norm };
}
