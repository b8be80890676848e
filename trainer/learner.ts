// Everything that training changes: weights, moments, averaged weights. One object owns their tensors.

import * as tf from "@tensorflow/tfjs";
import type { FloatTensor, Tensor } from "../models/safetensors.ts";
import { createRandom } from "../models/random.ts";
import type { TrainConfig } from "./config.ts";
import type { Batch } from "./data/batches.ts";
import { segmentationLoss } from "./losses.ts";
import { getNetwork } from "./networks/presets.ts";
import { clipByGlobalNorm, createAdamW, stepAdamW } from "./optimizer.ts";
import type { Network } from "./ops/ops.ts";
import { plan } from "./ops/plan.ts";
import { isFrozen } from "./schedule.ts";
import { roles } from "./ops/roles.ts";
import { createVariables, runTfjs } from "./ops/tfjs.ts";

/** Called `step` by the loop; `learningRate` is that of the step. */
export interface StepOptions {
  /** Counted from 0. */
  readonly step: number;
  readonly learningRate: number;
}

export interface StepReport {
  readonly loss: number;
  /** Global norm of the gradient before clipping. When it is not finite, neither are the weights any more. */
  readonly gradientNorm: number;
}

export interface Learner extends Disposable {
  /** Takes one step. @returns What the loss was before it. */
  step(batch: Batch, options: StepOptions): Promise<StepReport>;
  /** Maps of images by the averaged weights: `[N,H,W,1]` of 0..1. */
  predict(batch: Batch): Promise<Float32Array>;
  /** Starts with the averaged weights of another run's checkpoint. @throws RangeError as `restore`. */
  startFrom(tensors: ReadonlyMap<string, Tensor>): void;
  /** Starts these weights, by path, with published ones. @throws RangeError when the network has no such weight. */
  startEncoder(published: ReadonlyMap<string, FloatTensor>): void;
  /** All tensors by name, for a checkpoint. */
  save(): Promise<Map<string, Tensor>>;
  /** Takes the tensors of a checkpoint. @throws RangeError when one is missing or of another shape. */
  restore(tensors: ReadonlyMap<string, Tensor>): void;
}

/** Averaged weights in a checkpoint are named with this in front of their path: they are what is exported. */
export const averagedPrefix = "average/";

export function createLearner(config: TrainConfig): Learner {
  const { width, height } = config;
  const network = getNetwork(config.network, config.preset);
  const planned = plan(network, config);
  const random = createRandom(config.seed).fork("weights");
  const weights = createVariables(planned.weights, random);
  const averaged = copyOf(weights);
  const trained = new Map([...weights].filter(([, { trainable }]) => trainable));
  const decaying = new Set(
    planned.weights.filter(({ role }) => roles[role].decays).map(({ path }) => path),
  );
  const moments = createAdamW(trained);
  const groups = new Map<string, ReadonlyMap<string, tf.Variable>>([
    ["weight/", weights],
    [averagedPrefix, averaged],
    ["first_moment/", moments.first],
    ["second_moment/", moments.second],
  ]);
  const named = new Map(
    [...groups].flatMap(([prefix, group]) =>
      [...group].map(([path, variable]) => [prefix + path, variable] as const)
    ),
  );

  return {
    async step({ images, masks, count }, { step, learningRate }) {
      const mode = isFrozen(step, config) ? "eval" : "train";
      const report = tf.tidy(() => {
        const x = tf.tensor4d(images, [count, height, width, 3]);
        const truth = tf.tensor4d(masks, [count, height, width, 1]);
        const { value, gradients } = lossAndGradients(
          network,
          weights,
          trained,
          x,
          (logits) => segmentationLoss(logits, truth, config.missedWeight),
          mode,
        );
        const clipped = clipByGlobalNorm(gradients, config.clipNorm);
        stepAdamW(trained, clipped.gradients, moments, {
          step,
          learningRate,
          weightDecay: config.weightDecay,
          decays: (path) => decaying.has(path),
        });
        average(averaged, weights, config.averageDecay, step);
        return tf.stack([value, clipped.norm]);
      });
      const [loss = NaN, gradientNorm = NaN] = await report.data<"float32">();
      report.dispose();
      return { loss, gradientNorm };
    },
    async predict({ images, count }) {
      const map = tf.tidy(() => {
        const x = tf.tensor4d(images, [count, height, width, 3]);
        return tf.sigmoid(runTfjs(network, averaged, x, "eval").logits);
      });
      const values = await map.data<"float32">();
      map.dispose();
      return values;
    },
    async save() {
      const tensors = new Map<string, Tensor>();
      for (const [name, variable] of named) {
        const data = (await variable.data<"float32">()).slice();
        tensors.set(name, { dtype: "F32", shape: variable.shape, data });
      }
      return tensors;
    },
    startFrom(tensors) {
      for (const group of [weights, averaged]) assignAll(group, averagedPrefix, tensors);
    },
    startEncoder(published) {
      for (const [path, { shape, data }] of published) {
        for (const group of [weights, averaged]) {
          const variable = group.get(path);
          if (variable === undefined) {
            throw new RangeError(`Cannot start "${path}": the network has no such weight`);
          }
          tf.tidy(() => variable.assign(tf.tensor(data, [...shape])));
        }
      }
    },
    restore(tensors) {
      assignAll(named, "", tensors);
    },
    [Symbol.dispose]: () => tf.dispose([...named.values()]),
  };
}

/** Gives every variable the tensor of its name behind the prefix. */
function assignAll(
  variables: ReadonlyMap<string, tf.Variable>,
  prefix: string,
  tensors: ReadonlyMap<string, Tensor>,
): void {
  for (const [path, variable] of variables) {
    const name = prefix + path;
    const tensor = tensors.get(name);
    if (tensor?.dtype !== "F32" || tensor.shape.join() !== variable.shape.join()) {
      const is = tensor ? `[${tensor.shape}]` : "missing";
      throw new RangeError(
        `Cannot take the checkpoint: "${name}" is ${is}, must be [${variable.shape}]`,
      );
    }
    tf.tidy(() => variable.assign(tf.tensor(tensor.data, variable.shape)));
  }
}

function lossAndGradients(
  network: Network,
  weights: ReadonlyMap<string, tf.Variable>,
  trained: ReadonlyMap<string, tf.Variable>,
  images: tf.Tensor4D,
  lossOf: (logits: tf.Tensor) => tf.Scalar,
  mode: "train" | "eval",
) {
  const { value, grads } = tf.variableGrads(
    () => lossOf(runTfjs(network, weights, images, mode).logits),
    [...trained.values()],
  );
  const gradients = new Map([...trained].map(([path, { name }]) => [path, grads[name]!] as const));
  return { value, gradients };
}

/** Moves the averaged weights; in the first steps, when there is little to average, by a larger share. */
function average(
  averaged: ReadonlyMap<string, tf.Variable>,
  weights: ReadonlyMap<string, tf.Variable>,
  decay: number,
  step: number,
): void {
  const kept = Math.min(decay, (1 + step) / (10 + step));
  for (const [path, mean] of averaged) {
    mean.assign(tf.add(tf.mul(mean, kept), tf.mul(weights.get(path)!, 1 - kept)));
  }
}

function copyOf(weights: ReadonlyMap<string, tf.Variable>): Map<string, tf.Variable> {
  return new Map(
    [...weights].map(([path, variable]) =>
      [path, tf.tidy(() => tf.variable(tf.clone(variable), false))] as const
    ),
  );
}
