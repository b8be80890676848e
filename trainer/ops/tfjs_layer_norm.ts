// Layer norm with a gradient of its own: TensorFlow.js's, composed, starts more operations on the way back.

import * as tf from "@tensorflow/tfjs";
import { isNative } from "../backend/native.ts";
import { fusedLayerNorm } from "./tensorflow_layer_norm.ts";

/** Ba, Kiros and Hinton 2016, eq. 4, over the channels of tokens `[N,T,C]`. Differentiable in `x`, `scale` and `offset`. */
export function layerNorm(
  x: tf.Tensor,
  scale: tf.Tensor,
  offset: tf.Tensor,
  epsilon: number,
): tf.Tensor {
  return isNative()
    ? fusedLayerNorm(x, scale, offset, epsilon)
    : composedLayerNorm(x, scale, offset, epsilon);
}

function composedLayerNorm(
  x: tf.Tensor,
  scale: tf.Tensor,
  offset: tf.Tensor,
  epsilon: number,
): tf.Tensor {
  // Not tf.mean, which casts float32 to float32 before it sums.
  const mean = (value: tf.Tensor) => tf.div(tf.sum(value, -1, true), scale.size); // [N,T,1]
  const operation = tf.customGrad((...inputs) => {
    const [x, scale, offset, save] = inputs as [tf.Tensor, tf.Tensor, tf.Tensor, tf.GradSaveFunc];
    const centred = tf.sub(x, mean(x));
    const inverse = tf.rsqrt(tf.add(mean(tf.square(centred)), epsilon)); // [N,T,1]
    const normed = tf.mul(centred, inverse);
    save([normed, inverse, scale]);
    return {
      value: tf.add(tf.mul(normed, scale), offset),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [normed, inverse, scale] = saved as [tf.Tensor, tf.Tensor, tf.Tensor];
        const [slope, alongNormed] = [tf.mul(dy, scale), tf.mul(dy, normed)];
        const along = tf.mul(normed, mean(tf.mul(slope, normed)));
        const dx = tf.mul(inverse, tf.sub(tf.sub(slope, mean(slope)), along));
        return [dx, tf.sum(alongNormed, [0, 1]), tf.sum(dy, [0, 1])];
      },
    };
  });
  return operation(x, scale, offset);
}
