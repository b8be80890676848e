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
 * Soft Dice loss `1 − (2·Σpy + 1) / (Σp + Σy + 1)` with `p = sigmoid(logits)`, of each image, then the mean (Milletari et
 * al. 2016, eq. 3, without the squares). Of each image, because over the whole batch a stain outweighs a hundred scratches
 * and the small defects are never learned. The ones make a sound image's loss small when nothing is found in it.
 */
export function diceLoss(logits: tf.Tensor, truth: tf.Tensor): tf.Scalar {
  return tf.tidy(() => {
    const probability = tf.sigmoid(logits);
    const perImage = (values: tf.Tensor) => tf.sum(values, [1, 2, 3]);
    const overlap = perImage(tf.mul(probability, truth));
    const total = tf.add(perImage(probability), perImage(truth));
    return tf.mean(tf.sub(1, tf.div(tf.add(tf.mul(2, overlap), 1), tf.add(total, 1))));
  });
}

/**
 * Cross-entropy of the defect pixels alone: the mean over those of an image, then over the images that have one; 0 when
 * none has. Where a kind of defect is missed altogether, p is near 0 and so are the gradients of both other losses: Dice
 * by the sigmoid's slope, the mean over all pixels by the few pixels a scratch has. This one still pulls.
 */
export function missedDefectLoss(logits: tf.Tensor, truth: tf.Tensor): tf.Scalar {
  return tf.tidy(() => {
    const perImage = (values: tf.Tensor) => tf.sum(values, [1, 2, 3]);
    const pixels = perImage(truth);
    const missed = perImage(tf.mul(truth, tf.softplus(tf.neg(logits))));
    const images = tf.sum(tf.minimum(pixels, 1));
    return tf.div(tf.sum(tf.div(missed, tf.maximum(pixels, 1))), tf.maximum(images, 1));
  });
}

/**
 * Cross-entropy makes every pixel honest, Dice makes the few defect pixels count, the rest keeps small defects alive.
 *
 * @param missedWeight Factor of `missedDefectLoss`.
 */
export function segmentationLoss(
  logits: tf.Tensor,
  truth: tf.Tensor,
  missedWeight: number,
): tf.Scalar {
  return tf.tidy(() =>
    tf.addN([
      binaryCrossEntropy(logits, truth),
      diceLoss(logits, truth),
      tf.mul(missedWeight, missedDefectLoss(logits, truth)),
    ])
  );
}
