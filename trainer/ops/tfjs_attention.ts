// Attention with a gradient of its own, which spares two passes over every pair of tokens.

import * as tf from "@tensorflow/tfjs";

/**
 * Multi-head scaled dot-product attention (Vaswani et al. 2017, eq. 1) over `[N,T,C]` each; differentiable in all three. Back
 * through the softmax, the sum over keys of its weights times their slopes is the sum over channels of the result times its
 * slope (Dao et al. 2022, appendix B.2), of which there are far fewer.
 */
export function attention(
  queries: tf.Tensor,
  keys: tf.Tensor,
  values: tf.Tensor,
  heads: number,
): tf.Tensor {
  const [n = 0, t = 0, c = 0] = queries.shape;
  const size = c / heads;
  const scale = 1 / Math.sqrt(size);
  const split = (x: tf.Tensor) => tf.transpose(tf.reshape(x, [n, t, heads, size]), [0, 2, 1, 3]); // [N,heads,T,size]
  const merge = (x: tf.Tensor) => tf.reshape(tf.transpose(x, [0, 2, 1, 3]), [n, t, c]);
  const operation = tf.customGrad((...inputs) => {
    const [queries, keys, values, save] = inputs as [
      tf.Tensor,
      tf.Tensor,
      tf.Tensor,
      tf.GradSaveFunc,
    ];
    const [q, k, v] = [split(tf.mul(queries, scale)), split(keys), split(values)];
    const weights = tf.softmax(tf.matMul(q, k, false, true)); // [N,heads,T,T]
    const mixed = tf.matMul(weights, v); // [N,heads,T,size]
    save([q, k, v, weights, mixed]);
    return {
      value: merge(mixed),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [q, k, v, weights, mixed] = saved as [
          tf.Tensor,
          tf.Tensor,
          tf.Tensor,
          tf.Tensor,
          tf.Tensor,
        ];
        const slope = split(dy);
        const along = tf.sum(tf.mul(slope, mixed), -1, true); // [N,heads,T,1]
        const scores = tf.mul(weights, tf.sub(tf.matMul(slope, v, false, true), along));
        return [
          tf.mul(merge(tf.matMul(scores, k)), scale),
          merge(tf.matMul(scores, q, true)),
          merge(tf.matMul(weights, slope, true)),
        ];
      },
    };
  });
  return operation(queries, keys, values);
}
