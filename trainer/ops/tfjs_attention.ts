// Attention with a gradient of its own, which spares two passes over every pair of tokens.

import * as tf from "@tensorflow/tfjs";

/** `[N,heads,T,size]` each. */
interface Heads {
  /** With their scale. */
  readonly q: tf.Tensor;
  readonly k: tf.Tensor;
  readonly v: tf.Tensor;
}

/** What an attention computes: shares `[N,heads,T,T]` and the values that they mix `[N,heads,T,size]`. */
interface Mixture {
  readonly weights: tf.Tensor;
  readonly mixed: tf.Tensor;
}

/** Multi-head scaled dot-product attention (Vaswani et al. 2017, eq. 1) over `[N,T,C]` each; differentiable in all three. */
export function attention(
  queries: tf.Tensor,
  keys: tf.Tensor,
  values: tf.Tensor,
  heads: number,
): tf.Tensor {
  const scale = scaleOf(queries.shape[2]!, heads);
  const operation = tf.customGrad((...inputs) => {
    const save = inputs.pop() as tf.GradSaveFunc;
    const [queries, keys, values] = inputs as [tf.Tensor, tf.Tensor, tf.Tensor];
    const given = {
      q: split(tf.mul(queries, scale), heads),
      k: split(keys, heads),
      v: split(values, heads),
    };
    const mixture = mix(given);
    save([given.q, given.k, given.v, mixture.weights, mixture.mixed]);
    return {
      value: merge(mixture.mixed),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [dq, dk, dv] = slopes(split(dy, heads), saved);
        return [tf.mul(merge(dq), scale), merge(dk), merge(dv)];
      },
    };
  });
  return operation(queries, keys, values);
}

/** What scores are multiplied by. */
export function scaleOf(channels: number, heads: number): number {
  return 1 / Math.sqrt(channels / heads);
}

export function mix({ q, k, v }: Heads): Mixture {
  const weights = tf.softmax(tf.matMul(q, k, false, true));
  return { weights, mixed: tf.matMul(weights, v) };
}

/**
 * Slopes in `q`, `k` and `v`. Back through the softmax, the sum over keys of its weights times their slopes is the sum over
 * channels of the result times its slope (Dao et al. 2022, appendix B.2), of which there are far fewer.
 *
 * @param slope Of `mixed`.
 * @param saved `[q, k, v, weights, mixed]`.
 */
export function slopes(
  slope: tf.Tensor,
  saved: tf.Tensor[],
): [dq: tf.Tensor, dk: tf.Tensor, dv: tf.Tensor] {
  const [q, k, v, weights, mixed] = saved as [
    tf.Tensor,
    tf.Tensor,
    tf.Tensor,
    tf.Tensor,
    tf.Tensor,
  ];
  const along = tf.sum(tf.mul(slope, mixed), -1, true); // [N,heads,T,1]
  const scores = tf.mul(weights, tf.sub(tf.matMul(slope, v, false, true), along));
  return [tf.matMul(scores, k), tf.matMul(scores, q, true), tf.matMul(weights, slope, true)];
}

/** `[N,T,C] → [N,heads,T,size]` */
export function split(x: tf.Tensor, heads: number): tf.Tensor {
  const [n = 0, t = 0, c = 0] = x.shape;
  return tf.transpose(tf.reshape(x, [n, t, heads, c / heads]), [0, 2, 1, 3]);
}

/** The reverse of `split`. */
export function merge(x: tf.Tensor): tf.Tensor {
  const [n = 0, heads = 0, t = 0, size = 0] = x.shape;
  return tf.reshape(tf.transpose(x, [0, 2, 1, 3]), [n, t, heads * size]);
}
