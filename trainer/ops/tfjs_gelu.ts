// The exact GELU with a gradient of its own: TensorFlow.js's, composed, passes more often over the widest tokens there are.

import * as tf from "@tensorflow/tfjs";

/** Logarithm of what `u · exp(−u²)` with `u = x/√2` must be multiplied by to be `x` times the normal distribution's density. */
const logDensity = -0.5 * Math.log(Math.PI);

/** `x · Φ(x)` with the normal distribution's Φ (Hendrycks and Gimpel 2016, section 2), differentiable. */
export function gelu(x: tf.Tensor): tf.Tensor {
  const operation = tf.customGrad((...inputs) => {
    const [x, save] = inputs as [tf.Tensor, tf.GradSaveFunc];
    const u = tf.mul(x, Math.SQRT1_2);
    const share = tf.add(tf.mul(tf.erf(u), 0.5), 0.5);
    save([u, share]);
    return {
      value: tf.mul(x, share),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [u, share] = saved as [tf.Tensor, tf.Tensor];
        const density = tf.exp(tf.sub(logDensity, tf.square(u)));
        return tf.mul(dy, tf.add(share, tf.mul(u, density)));
      },
    };
  });
  return operation(x);
}
