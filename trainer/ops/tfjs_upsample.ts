// Bilinear doubling between pixel centres. TensorFlow.js's own `resizeBilinear` has a wrong gradient there, in silence, and
// none for images that are not square; so TensorFlow's kernels do it, or a product with constant matrices.

import * as tf from "@tensorflow/tfjs";
import { isNative } from "../backend/native.ts";
import { image } from "./shapes.ts";
import { fusedUpsample2x } from "./tensorflow_kernels.ts";

/** `[N,H,W,C] → [N,2H,2W,C]`: output `2i` is `¾x[i] + ¼x[i−1]`, `2i+1` is `¾x[i] + ¼x[i+1]`, borders repeated. Differentiable. */
export function upsample2x(x: tf.Tensor4D): tf.Tensor4D {
  if (isNative()) return fusedUpsample2x(x);
  const [n, h, w, c] = image("upsample2x", x.shape);
  const rows = tf.matMul(doubling(h), tf.reshape(x, [n, h, w * c])); // [N,2H,W·C]
  const both = tf.matMul(doubling(w), tf.reshape(rows, [n * 2 * h, w, c])); // [N·2H,2W,C]
  return tf.reshape(both, [n, 2 * h, 2 * w, c]) as tf.Tensor4D;
}

/** `[1,2·size,size]`: each row holds the shares that one output takes of the inputs. */
function doubling(size: number): tf.Tensor3D {
  const shares = new Float32Array(2 * size * size);
  for (let i = 0; i < size; i++) {
    const [before, after] = [Math.max(0, i - 1), Math.min(size - 1, i + 1)];
    for (const [row, neighbour] of [[2 * i, before], [2 * i + 1, after]] as const) {
      shares[row * size + i]! += 0.75;
      shares[row * size + neighbour]! += 0.25;
    }
  }
  return tf.tensor3d(shares, [1, 2 * size, size]);
}
