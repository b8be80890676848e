// Token operations over tensors `[N,T,C]`.

import * as tf from "@tensorflow/tfjs";
import type { TokenOps } from "./ops.ts";
import { image, tokens } from "./shapes.ts";
import { attention } from "./tfjs_attention.ts";
import { layerNorm } from "./tfjs_layer_norm.ts";
import { linear } from "./tfjs_linear.ts";
import { selfAttention } from "./tfjs_self_attention.ts";

export const tokenOps: TokenOps<tf.Tensor> = {
  toTokens(x) {
    const [n, h, w, c] = image("toTokens", x.shape);
    return tf.reshape(x, [n, h * w, c]);
  },
  toImage(x, { height, width }) {
    const [n, , c] = tokens("toImage", x.shape);
    return tf.reshape(x, [n, height, width, c]);
  },
  linear,
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
  attention: (queries, keys, values, { heads }) => attention(queries, keys, values, heads),
  selfAttention: (x, weights, { heads }) => selfAttention(x, weights, heads),
};
