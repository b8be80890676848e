// Tensors of a training state under the names they have in a checkpoint. Knows no file.

import * as tf from "@tensorflow/tfjs";
import type { Tensor } from "../../models/safetensors.ts";
import type { Variables } from "../ops/tfjs.ts";
import { type Bucket, join, split } from "./buckets.ts";

/** Tensors that a checkpoint names alike. */
export interface TensorGroup {
  readonly prefix: string;
  /** Tensors of the same paths and shapes. */
  readonly like: Variables;
  read(): ReadonlyMap<string, tf.Tensor>;
  write(values: ReadonlyMap<string, tf.Tensor>): void;
}

/** A group whose tensors lie in the vectors of buckets. */
export function inBuckets(
  prefix: string,
  like: Variables,
  buckets: readonly Bucket[],
  vectors: readonly tf.Variable[],
): TensorGroup {
  return {
    prefix,
    like,
    read: () => split(buckets, vectors),
    write(values) {
      for (const [at, vector] of join(buckets, values).entries()) vectors[at]!.assign(vector);
    },
  };
}

/** The tensors of a checkpoint that belong to a group, by path. @throws RangeError when one is missing or of another shape. */
export function take(
  tensors: ReadonlyMap<string, Tensor>,
  { prefix, like }: TensorGroup,
): Map<string, tf.Tensor> {
  return new Map([...like].map(([path, { shape }]) => {
    const name = prefix + path;
    const tensor = tensors.get(name);
    if (tensor?.dtype !== "F32" || tensor.shape.join() !== shape.join()) {
      const is = tensor ? `[${tensor.shape}]` : "missing";
      throw new RangeError(`Cannot take the checkpoint: "${name}" is ${is}, must be [${shape}]`);
    }
    return [path, tf.tensor(tensor.data, shape)];
  }));
}
