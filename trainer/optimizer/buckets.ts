// Weights joined into a few long vectors, each of weights that an optimizer treats alike. Over hundreds of small tensors a
// step spends its time on starting operations. Knows no optimizer.

import * as tf from "@tensorflow/tfjs";

/** Weights that lie one after the other in one vector. */
export interface Bucket {
  readonly members: readonly Member[];
  /** Whether weight decay pulls on them. */
  readonly decays: boolean;
  /** Factor of the learning rate. */
  readonly rateFactor: number;
}

interface Member {
  readonly path: string;
  readonly shape: readonly number[];
  /** Numbers in it. */
  readonly size: number;
}

export interface BucketOptions {
  /** Whether weight decay pulls on the weight of this path. */
  decays(path: string): boolean;
  /** Factor of the learning rate for it. */
  rateFactor(path: string): number;
  /**
   * Numbers that a bucket holds at most, unless one weight alone has more.
   *
   * @default 2²²: as fast as one vector of all (a DPT tiny's update takes 150 ms, 470 weight by weight), and temporary tensors
   * of 16 MB, which any GPU binds.
   */
  readonly largest?: number;
}

/** Divides weights into buckets, in their order. */
export function createBuckets(
  weights: ReadonlyMap<string, tf.Tensor>,
  { decays, rateFactor, largest = 2 ** 22 }: BucketOptions,
): Bucket[] {
  const buckets: (Bucket & { readonly members: Member[] })[] = [];
  for (const [path, { shape, size }] of weights) {
    const kind = { decays: decays(path), rateFactor: rateFactor(path) };
    let bucket = buckets.findLast((other) =>
      other.decays === kind.decays && other.rateFactor === kind.rateFactor
    );
    if (bucket === undefined || sizeOf(bucket) + size > largest) {
      bucket = { ...kind, members: [] };
      buckets.push(bucket);
    }
    bucket.members.push({ path, shape, size });
  }
  return buckets;
}

/** Numbers in a bucket. */
export function sizeOf({ members }: Bucket): number {
  return members.reduce((sum, { size }) => sum + size, 0);
}

/** The vectors of some buckets. @throws RangeError when the tensor of a path is missing. */
export function join(
  buckets: readonly Bucket[],
  tensors: ReadonlyMap<string, tf.Tensor>,
): tf.Tensor1D[] {
  return buckets.map(({ members }) =>
    tf.concat1d(members.map(({ path, size }) => {
      const tensor = tensors.get(path);
      if (tensor === undefined) throw new RangeError(`Weight "${path}" is missing`);
      return reshaped(tensor, [size]) as tf.Tensor1D;
    }))
  );
}

/** The reverse of `join`: tensors by path. */
export function split(
  buckets: readonly Bucket[],
  vectors: readonly tf.Tensor[],
): Map<string, tf.Tensor> {
  return new Map(buckets.flatMap(({ members }, at) => {
    const parts = tf.split(vectors[at]!, members.map(({ size }) => size));
    return members.map(({ path, shape }, i) => [path, reshaped(parts[i]!, shape)] as const);
  }));
}

/** Most weights are vectors already, and an operation that changes nothing still has to be started. */
function reshaped(tensor: tf.Tensor, shape: readonly number[]): tf.Tensor {
  return tensor.rank === shape.length ? tensor : tf.reshape(tensor, [...shape]);
}
