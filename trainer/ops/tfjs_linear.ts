// A linear layer with a gradient of its own: TensorFlow.js's for a product and a sum reshapes on every way back.

import * as tf from "@tensorflow/tfjs";
import { isNative } from "../backend/native.ts";
import { transposedProduct } from "./tensorflow_kernels.ts";
import { biasSlope } from "./tfjs_add.ts";

/** Each token of `x` `[N,T,in]` times `matrix` `[in,out]`, plus `bias` `[out]` if there is one. Differentiable in all. */
export function linear(x: tf.Tensor, matrix: tf.Tensor, bias: tf.Tensor | null): tf.Tensor {
  const [inputs = 0, outputs = 0] = matrix.shape;
  const asRows = (value: tf.Tensor, size: number) => tf.reshape(value, [-1, size]) as tf.Tensor2D;
  const operation = tf.customGrad((...args) => {
    const save = args.pop() as tf.GradSaveFunc;
    const [x, matrix, bias] = args as [tf.Tensor, tf.Tensor2D, tf.Tensor?];
    const rows = asRows(x, inputs); // [N·T,in]
    const product = tf.matMul(rows, matrix); // [N·T,out]
    save([rows, matrix]);
    return {
      value: tf.reshape(bias ? tf.add(product, bias) : product, [...x.shape.slice(0, -1), outputs]),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [rows, matrix] = saved as [tf.Tensor2D, tf.Tensor2D];
        const slope = asRows(dy, outputs);
        return [
          tf.reshape(tf.matMul(slope, matrix, false, true), x.shape),
          matrixSlope(rows, slope),
          ...(bias ? [biasSlope(slope)] : []),
        ];
      },
    };
  });
  return bias === null ? operation(x, matrix) : operation(x, matrix, bias);
}

/** The slope in the matrix of a product: `rows` `[N,in]` by the product's slope `[N,out]`. No gradient. */
export function matrixSlope(rows: tf.Tensor2D, slope: tf.Tensor2D): tf.Tensor {
  return isNative() ? transposedProduct(rows, slope) : tf.matMul(rows, slope, true, false);
}
