// Values and slopes of losses on a few pixels, for the tests of all of them.

import * as tf from "@tensorflow/tfjs";
import { assertLess } from "@std/assert";
import { type Loss, type Pixels, pixelsOf } from "../../../trainer/losses/pixels.ts";
import { GRADIENT } from "../../tolerances.ts";

/** Probabilities ½, ¾, ¼ and ¼ of a 2×2 image whose upper half is the defect. */
export const square = { logits: [0, Math.log(3), -Math.log(3), -Math.log(3)], truth: [1, 1, 0, 0] };

export interface Example {
  readonly logits: readonly number[];
  readonly truth: readonly number[];
  /** How many images the pixels are divided into. @default 1 */
  readonly images?: number;
}

/** A loss of logits and what is to be learned, both `[N,H,W,1]`. */
type LossOfLogits = (logits: tf.Tensor, truth: tf.Tensor) => Loss;

const ofLogits = (loss: (pixels: Pixels) => Loss): LossOfLogits => (logits, truth) =>
  loss(pixelsOf(logits, truth));

/** The loss and its slope in every logit, on whatever backend is set. */
export const evaluate = (loss: (pixels: Pixels) => Loss, example: Example) =>
  evaluateOfLogits(ofLogits(loss), example);

/** Holds the slope against central differences of the value. */
export const assertSlope = (loss: (pixels: Pixels) => Loss, example: Example) =>
  assertSlopeOfLogits(ofLogits(loss), example);

/** @see evaluate */
export async function evaluateOfLogits(
  loss: LossOfLogits,
  { logits, truth, images = 1 }: Example,
): Promise<{ value: number; slope: Float32Array }> {
  const shape = [images, 1, logits.length / images, 1];
  const [value, slope] = tf.tidy(() => {
    const { value, slope } = loss(tf.tensor([...logits], shape), tf.tensor([...truth], shape));
    return [value, slope] as [tf.Scalar, tf.Tensor];
  });
  const [number = NaN] = await value.data<"float32">();
  const result = { value: number, slope: (await slope.data<"float32">()).slice() };
  tf.dispose([value, slope]);
  return result;
}

/** @see assertSlope */
export async function assertSlopeOfLogits(loss: LossOfLogits, example: Example): Promise<void> {
  const { slope } = await evaluateOfLogits(loss, example);
  const step = 1e-2;
  const largest = Math.max(...slope.map(Math.abs));
  for (const [at, logit] of example.logits.entries()) {
    const valueAt = async (z: number) =>
      (await evaluateOfLogits(loss, { ...example, logits: example.logits.with(at, z) })).value;
    const difference = (await valueAt(logit + step) - await valueAt(logit - step)) / (2 * step);
    assertLess(Math.abs(slope[at]! - difference), GRADIENT * largest, `slope ${at}`);
  }
}

/** Two images, with a defect and without, at no special place. */
export const uneven: Example = {
  logits: [0.3, -1.2, 2, -0.1, 0.7, -0.4, -2, 0.2],
  truth: [1, 0, 1, 1, 0, 0, 0, 0],
  images: 2,
};
