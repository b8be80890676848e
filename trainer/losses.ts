// What training makes small. Logits and truth are `[N,H,W,1]`, truth 0 or 1; losses are scalars.

import * as tf from "@tensorflow/tfjs";

/**
 * Binary cross-entropy, mean over all pixels, in the form that does not overflow:
 * `max(z, 0) − z·y + log(1 + e^−|z|)`.
 */
export function binaryCrossEntropy(logits: tf.Tensor, truth: tf.Tensor): tf.Scalar {
  return tf.tidy(() =>
    tf.mean(tf.add(
      tf.sub(tf.relu(logits), tf.mul(logits, truth)),
      tf.log1p(tf.exp(tf.neg(tf.abs(logits)))),
    ))
  );
}

/**
 * Soft Dice loss `1 − (2·Σpy + 1) / (Σp + Σy + 1)` with `p = sigmoid(logits)`, over the whole batch (Milletari et al.
 * 2016, eq. 3, without the squares). The ones keep a batch without a defect from dividing by zero.
 */
export function diceLoss(logits: tf.Tensor, truth: tf.Tensor): tf.Scalar {
  return tf.tidy(() => {
    const probability = tf.sigmoid(logits);
    const overlap = tf.sum(tf.mul(probability, truth));
    const total = tf.add(tf.sum(probability), tf.sum(truth));
    return tf.sub(1, tf.div(tf.add(tf.mul(2, overlap), 1), tf.add(total, 1)));
  });
}

/** Cross-entropy makes every pixel honest, Dice makes the few defect pixels count. */
export function segmentationLoss(logits: tf.Tensor, truth: tf.Tensor): tf.Scalar {
  return tf.tidy(() => tf.add(binaryCrossEntropy(logits, truth), diceLoss(logits, truth)));
}
