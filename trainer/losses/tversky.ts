// Tversky and focal Tversky: Dice that tells a missed pixel from a false one.

import * as tf from "@tensorflow/tfjs";
import { type Loss, type Pixels, sumPerImage } from "./pixels.ts";

export interface TverskyOptions {
  /** What a false pixel costs; with `missed` both ½ this is Dice. */
  readonly falsePositive: number;
  /** What a missed pixel costs. */
  readonly missed: number;
  /** 1 is Tversky's own; above 1, images that are nearly right still count (Abraham and Khan 2019, eq. 4). */
  readonly gamma: number;
}

/** Half of Dice's ones: with ½ and ½ the two are the same number. */
const smoothing = 0.5;

/** A power below 1 is infinitely steep at 0, where there is nothing left to learn. */
const smallestLoss = 1e-6;

/**
 * `((a·FP + b·FN) / (TP + a·FP + b·FN + ½))^(1/γ)` of each image, then the mean: 1 minus the index of Salehi, Erdogmus and
 * Gholipour 2017, eq. 4, in a form that subtracts nothing; TP = Σpy, FP = Σp(1−y), FN = Σ(1−p)y.
 */
export function tversky(
  { truth, probability, sigmoidSlope }: Pixels,
  { falsePositive, missed, gamma }: TverskyOptions,
): Loss {
  const images = truth.shape[0]!;
  const found = sumPerImage(tf.mul(probability, truth)); // [N,1,1,1]
  const wrong = tf.add(
    tf.mul(falsePositive, tf.maximum(tf.sub(sumPerImage(probability), found), 0)),
    tf.mul(missed, tf.maximum(tf.sub(sumPerImage(truth), found), 0)),
  );
  const right = tf.add(found, smoothing);
  const total = tf.add(right, wrong);
  const losses = tf.maximum(tf.div(wrong, total), smallestLoss);
  const powers = tf.pow(losses, 1 / gamma);
  // d(wrong/total)/dp = (right·dwrong − wrong·dright) / total², with dwrong = a(1−y) − by and dright = y
  const outer = tf.div(tf.div(powers, losses), tf.mul(tf.square(total), gamma * images));
  const onSound = tf.mul(outer, tf.mul(right, falsePositive));
  const onDefect = tf.neg(tf.mul(outer, tf.add(tf.mul(right, missed), wrong)));
  const slope = tf.mul(
    sigmoidSlope,
    tf.add(onSound, tf.mul(truth, tf.sub(onDefect, onSound))),
  );
  return { value: tf.mean(powers), slope };
}
