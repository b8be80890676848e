// Everything that training changes: weights, their averages, the moments of the optimizer. One object owns the tensors and
// names them for a checkpoint. It knows no network, no loss and no data.

import * as tf from "@tensorflow/tfjs";
import type { Tensor } from "../models/safetensors.ts";
import type { WeightValues } from "./ops/onnx_emitter.ts";
import type { WeightSpec } from "./ops/plan.ts";
import { roles } from "./ops/roles.ts";
import { createVariables, type NormalSource, type Variables } from "./ops/tfjs.ts";
import { inBuckets, take, type TensorGroup } from "./optimizer/tensor_group.ts";
import { type AdamWStep, createAdamW, stepAdamW } from "./optimizer/adamw.ts";
import { moveAverage } from "./optimizer/average.ts";
import { createBuckets, join, split } from "./optimizer/buckets.ts";
import { clipByGlobalNorm } from "./optimizer/clip.ts";

/** Averaged weights in a checkpoint are named with this in front of their path: they are what is exported. */
export const averagedPrefix = "average/";

export interface TrainingStateOptions {
  /** Draws the first weights. */
  readonly random: NormalSource;
  /** Factor of the learning rate for the weight of a path. */
  rateFactor(path: string): number;
}

export interface UpdateOptions extends AdamWStep {
  /** Largest global norm of the gradients. */
  readonly clipNorm: number;
  /** Share of the averaged weights that an update keeps. */
  readonly averageDecay: number;
}

export interface TrainingState extends Disposable {
  /** What training runs with. */
  readonly weights: Variables;
  /** The weights that gradients are wanted of. */
  readonly trained: Variables;
  /** The averaged weights, to run with but not to assign to. Call it inside `tf.tidy`. */
  averaged(): Variables;
  /** Gradients by path as `update` takes them: a few vectors. @throws RangeError when one is missing. */
  joinGradients(gradients: ReadonlyMap<string, tf.Tensor>): tf.Tensor[];
  /** Clips, takes a step and averages. Call it inside `tf.tidy`. @returns The norm of the gradients. */
  update(gradients: readonly tf.Tensor[], options: UpdateOptions): tf.Tensor;
  /** Starts with the averaged weights of another run's checkpoint. @throws RangeError as `restore`. */
  startFrom(tensors: ReadonlyMap<string, Tensor>): void;
  /** Starts these weights, by path, with those of others. @throws RangeError when there is no such weight. */
  startEncoder(known: ReadonlyMap<string, WeightValues>): void;
  /** All tensors by name, for a checkpoint. */
  save(): Promise<Map<string, Tensor>>;
  /** Takes the tensors of a checkpoint. @throws RangeError when one is missing or of another shape. */
  restore(tensors: ReadonlyMap<string, Tensor>): void;
}

export function createTrainingState(
  specs: readonly WeightSpec[],
  { random, rateFactor }: TrainingStateOptions,
): TrainingState {
  const weights = createVariables(specs, random);
  const those = (wanted: boolean) =>
    new Map([...weights].filter(([, { trainable }]) => trainable === wanted));
  const [trained, statistics] = [those(true), those(false)];
  const decaying = new Set(specs.filter(({ role }) => roles[role].decays).map(({ path }) => path));
  const decays = (path: string) => decaying.has(path);
  const buckets = createBuckets(trained, { decays, rateFactor });
  const allBuckets = [...buckets, ...createBuckets(statistics, { decays, rateFactor })];
  const moments = createAdamW(buckets);
  const averages = tf.tidy(() =>
    join(allBuckets, weights).map((vector) => tf.variable(vector, false))
  );

  const average = inBuckets(averagedPrefix, weights, allBuckets, averages);
  const groups: readonly TensorGroup[] = [
    { prefix: "weight/", like: weights, read: () => weights, write: writeWeights },
    average,
    inBuckets("first_moment/", trained, buckets, moments.first),
    inBuckets("second_moment/", trained, buckets, moments.second),
  ];

  /** The trained weights in the vectors of their buckets, while they are what the last update left. */
  let vectors: tf.Tensor[] = [];

  function writeWeights(values: ReadonlyMap<string, tf.Tensor>): void {
    for (const [path, value] of values) weights.get(path)!.assign(value);
    tf.dispose(vectors);
    vectors = [];
  }

  return {
    weights,
    trained,
    averaged: () => average.read() as Variables,
    joinGradients: (gradients) => join(buckets, gradients),
    update(gradients, options) {
      const clipped = clipByGlobalNorm(gradients, options.clipNorm);
      const before = vectors.length > 0 ? vectors : join(buckets, trained);
      const after = stepAdamW(buckets, before, clipped.gradients, moments, options);
      writeWeights(split(buckets, after));
      vectors = after.map((vector) => tf.keep(vector));
      const rest = join(allBuckets.slice(buckets.length), statistics);
      moveAverage(averages, [...after, ...rest], options.averageDecay, options.step);
      return clipped.norm;
    },
    startFrom(tensors) {
      tf.tidy(() => {
        const taken = take(tensors, average);
        writeWeights(taken);
        average.write(taken);
      });
    },
    startEncoder(known) {
      tf.tidy(() => {
        for (const [path, { shape, data }] of known) {
          const weight = weights.get(path);
          if (weight === undefined) {
            throw new RangeError(`Cannot start "${path}": the network has no such weight`);
          }
          writeWeights(new Map([[path, tf.tensor(data, [...shape])]]));
        }
        average.write(weights);
      });
    },
    async save() {
      const held = tf.tidy(() =>
        Object.fromEntries(
          groups.flatMap(({ prefix, read }) =>
            [...read()].map(([path, tensor]) => [prefix + path, tf.clone(tensor)])
          ),
        )
      );
      const tensors = new Map<string, Tensor>();
      for (const [name, tensor] of Object.entries(held)) {
        const data = (await tensor.data<"float32">()).slice();
        tensors.set(name, { dtype: "F32", shape: tensor.shape, data });
      }
      tf.dispose(held);
      return tensors;
    },
    restore(tensors) {
      tf.tidy(() => {
        const taken = groups.map((group) => take(tensors, group));
        for (const [at, group] of groups.entries()) group.write(taken[at]!);
      });
    },
    [Symbol.dispose]() {
      tf.dispose([
        ...weights.values(),
        ...averages,
        ...moments.first,
        ...moments.second,
        ...vectors,
      ]);
    },
  };
}
