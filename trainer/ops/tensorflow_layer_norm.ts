// Layer norm by TensorFlow's batch norm kernels: over 8×257 tokens of 192 channels it takes 2.0 ms there and back, composed
// of sums and products 4.2 (two cores with AVX-512).

import * as tf from "@tensorflow/tfjs";
import { batchNorm, batchNormSlopes } from "./tensorflow_kernels.ts";

/** Scales and moves channels, by statistics that change nothing. */
const affine = { epsilon: 0, isTraining: false, layout: "NHWC" } as const;

/**
 * Layer norm over the channels of tokens `[N,T,C]`, on the tensorflow backend alone; differentiable in `x`, `scale` and
 * `offset`. It is two batch norms: one of a single image whose channels are the tokens, then one whose channels are the
 * tokens' and whose statistics are 0 and 1.
 */
export function fusedLayerNorm(
  x: tf.Tensor,
  scale: tf.Tensor,
  offset: tf.Tensor,
  epsilon: number,
): tf.Tensor {
  const channels = scale.size;
  const tokens = x.size / channels;
  const asChannels = (value: tf.Tensor) => tf.reshape(value, [1, tokens, channels, 1]);
  const asPixels = (value: tf.Tensor) => tf.reshape(value, [tokens, 1, 1, channels]);
  const normalising = { epsilon, isTraining: true, layout: "NCHW" } as const;
  const operation = tf.customGrad((...inputs) => {
    const [x, scale, offset, save] = inputs as [tf.Tensor, tf.Tensor, tf.Tensor, tf.GradSaveFunc];
    const [ones, empty] = [tf.ones([tokens]), tf.tensor1d([])];
    const given = asChannels(x);
    const [normed, , , ...reserved] = batchNorm(
      [given, ones, tf.zeros([tokens]), empty, empty],
      normalising,
    ) as [tf.Tensor, tf.Tensor, tf.Tensor];
    const pixels = asPixels(normed);
    const statistics = [tf.zeros([channels]), tf.ones([channels])];
    const [y] = batchNorm([pixels, scale, offset, ...statistics], affine) as [tf.Tensor];
    save([given, ones, ...reserved, pixels, scale, ...statistics, empty]);
    return {
      value: tf.reshape(y, x.shape),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [first, second] = [saved.slice(0, 5), saved.slice(5)];
        const [slope, ...rest] = batchNormSlopes([asPixels(dy), ...second], affine);
        const [dx] = batchNormSlopes([asChannels(slope!), ...first], normalising);
        return [tf.reshape(dx!, x.shape), ...rest];
      },
    };
  });
  return operation(x, scale, offset);
}
