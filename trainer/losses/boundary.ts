// Boundary loss: how far from the true outline what was found lies.

import * as tf from "@tensorflow/tfjs";
import type { Loss, Pixels } from "./pixels.ts";

/**
 * Mean over all pixels of the probability times the signed distance to the truth's outline (Kervadec et al. 2019, eq. 5),
 * negative inside: least, and below 0, when exactly the defect is found. Chosen over cross-entropy weighted by the
 * boundary because it knows how far off a pixel is, and because it is linear in p: one product, and a slope without cases.
 *
 * @param distances `[N,H,W,1]`, of `signedDistances()`.
 */
export function boundary({ probability, sigmoidSlope }: Pixels, distances: tf.Tensor): Loss {
  const shares = tf.div(distances, distances.size);
  return { value: tf.sum(tf.mul(shares, probability)), slope: tf.mul(shares, sigmoidSlope) };
}
