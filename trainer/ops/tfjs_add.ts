// Sums with gradients of their own: TensorFlow.js reshapes on every way back, also where nothing has to be.

import * as tf from "@tensorflow/tfjs";
import { isNative } from "../backend/native.ts";
import { sumOfChannels } from "./tensorflow_kernels.ts";

/** Sum of two values, or of tokens `[N,T,C]` and one token `[N,1,C]`. Differentiable in both. */
export function add(a: tf.Tensor, b: tf.Tensor): tf.Tensor {
  if (a.shape.join() !== b.shape.join()) return tf.add(a, b);
  const operation = tf.customGrad((...inputs) => {
    const [a, b] = inputs as [tf.Tensor, tf.Tensor];
    // Two tensors, for TensorFlow.js disposes a gradient once it has added another to it.
    return { value: tf.add(a, b), gradFunc: (dy: tf.Tensor) => [dy, tf.clone(dy)] };
  });
  return operation(a, b);
}

/** An image `[N,H,W,C]` plus a bias `[C]`. Differentiable in both. */
export function addBias(x: tf.Tensor, bias: tf.Tensor): tf.Tensor {
  const operation = tf.customGrad((...inputs) => {
    const [x, bias] = inputs as [tf.Tensor, tf.Tensor];
    return {
      value: tf.add(x, bias),
      gradFunc: (dy: tf.Tensor) => [tf.clone(dy), biasSlope(dy)],
    };
  });
  return operation(x, bias);
}

/** The slope in a bias of a sum whose slope is `dy`: `[…,C] → [C]`. No gradient. */
export function biasSlope(dy: tf.Tensor): tf.Tensor {
  return isNative() ? sumOfChannels(dy) : tf.sum(dy, dy.shape.map((_, axis) => axis).slice(0, -1));
}
