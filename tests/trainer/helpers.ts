// What several trainer tests need: seeded tensors, weights with non-trivial batch-norm statistics, weights as plain data.

import * as tf from "@tensorflow/tfjs";
import { createRandom } from "../../models/random.ts";
import type { WeightValues } from "../../trainer/ops/onnx_emitter.ts";
import type { Role } from "../../trainer/ops/ops.ts";
import type { Plan } from "../../trainer/ops/plan.ts";
import { createVariables, type Variables } from "../../trainer/ops/tfjs.ts";

/** Standard normal numbers, the same for the same seed. */
export function normalValues(count: number, seed: string): Float32Array {
  const random = createRandom(seed);
  return Float32Array.from({ length: count }, () => random.normal());
}

export function normalTensor(shape: number[], seed: string): tf.Tensor {
  return tf.tensor(normalValues(tf.util.sizeFromShape(shape), seed), shape);
}

/** What weights that would start at 0 or 1 are drawn from. */
const spread: Partial<Record<Role, readonly [low: number, high: number]>> = {
  variance: [0.5, 1.5],
  scale: [0.5, 1.5],
  mean: [-0.4, 0.4],
  offset: [-0.4, 0.4],
  bias: [-0.4, 0.4],
};

/** Variables of a plan, with means, variances, scales, offsets and biases that are neither 0 nor 1. */
export function randomVariables(plan: Plan, seed: string): Variables {
  const random = createRandom(seed);
  const variables = createVariables(plan.weights, random);
  for (const { path, role } of plan.weights) {
    const variable = variables.get(path)!;
    const range = spread[role];
    if (range === undefined) continue;
    const [low, high] = range;
    const values = Float32Array.from(
      { length: variable.size },
      () => low + (high - low) * random.next(),
    );
    tf.tidy(() => variable.assign(tf.tensor(values, variable.shape)));
  }
  return variables;
}

export async function weightValues(variables: Variables): Promise<Map<string, WeightValues>> {
  const values = new Map<string, WeightValues>();
  for (const [path, variable] of variables) {
    values.set(path, { shape: variable.shape, data: await variable.data<"float32">() });
  }
  return values;
}

/** `[N,H,W,C]` as the numbers of `[N,C,H,W]`. */
export async function toNchw(tensor: tf.Tensor): Promise<Float32Array> {
  const nchw = tf.tidy(() => tf.transpose(tensor, [0, 3, 1, 2]));
  const data = await nchw.data<"float32">();
  nchw.dispose();
  return data;
}
