// Token operations over tensors `[N,T,C]`.

import * as tf from "@tensorflow/tfjs";
import type { TokenOps } from "./ops.ts";
import { image, tokens } from "./shapes.ts";
import { layerNorm } from "./tfjs_layer_norm.ts";

export const tokenOps: TokenOps<tf.Tensor> = {
  toTokens(x) {
    const [n, h, w, c] = image("toTokens", x.shape);
    return tf.reshape(x, [n, h * w, c]);
  },
  toImage(x, { height, width }) {
    const [n, , c] = tokens("toImage", x.shape);
    return tf.reshape(x, [n, height, width, c]);
  },
  linear(x, matrix, bias) {
    const [n, t, c] = tokens("linear", x.shape);
    const rows = tf.reshape(x, [n * t, c]) as tf.Tensor2D; // [N·T, in]
    const y = tf.matMul(rows, matrix as tf.Tensor2D); // [N·T, out]
    return tf.reshape(bias === null ? y : tf.add(y, bias), [n, t, matrix.shape[1] ?? 0]);
  },
  layerNorm: (x, { scale, offset }, epsilon) => layerNorm(x, scale, offset, epsilon),
  addPosition(x, position, readout) {
    if (readout === null) return tf.add(x, position);
    const [n, , c] = tokens("addPosition", x.shape);
    return tf.add(tf.concat([tf.broadcastTo(readout, [n, 1, c]), x], 1), position);
  },
  readout(x) {
    const [n, , c] = tokens("readout", x.shape);
    return tf.slice(x, [0, 0, 0], [n, 1, c]);
  },
  patches(x) {
    const [n, t, c] = tokens("patches", x.shape);
    return tf.slice(x, [0, 1, 0], [n, t - 1, c]);
  },
  attention(queries, keys, values, { heads }) {
    const [n, t, c] = tokens("attention", queries.shape);
    const size = c / heads;
    const split = (x: tf.Tensor) => tf.transpose(tf.reshape(x, [n, t, heads, size]), [0, 2, 1, 3]); // [N,heads,T,size]
    const scores = tf.matMul(split(tf.mul(queries, 1 / Math.sqrt(size))), split(keys), false, true);
    const mixed = tf.matMul(tf.softmax(scores), split(values)); // [N,heads,T,size]
    return tf.reshape(tf.transpose(mixed, [0, 2, 1, 3]), [n, t, c]);
  },
};
