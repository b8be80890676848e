// Numbers as int8 will have them, while they are still trained: rounded on the way forward, as if not on the way back.

import * as tf from "@tensorflow/tfjs";
import { scaleOf, type ValueRange } from "../quantization/scales.ts";

/**
 * To 255 steps over a range that holds zero, as a uint8 activation. The slope passes where the number was in the range and
 * stops where it was cut (Jacob et al. 2018, section 3; Bengio, Léonard and Courville 2013, section 4, straight-through).
 */
export function roundActivation(x: tf.Tensor, range: ValueRange): tf.Tensor {
  const { scale, zeroPoint } = scaleOf(range);
  const [least, most] = [-zeroPoint * scale, (255 - zeroPoint) * scale];
  const operation = tf.customGrad((...inputs) => {
    const [x, save] = inputs as [tf.Tensor, tf.GradSaveFunc];
    const clipped = tf.clipByValue(x, least, most);
    save([tf.cast(tf.equal(x, clipped), "float32")]);
    return {
      value: tf.mul(tf.round(tf.div(clipped, scale)), scale),
      gradFunc: (dy: tf.Tensor, [isInside]: tf.Tensor[]) => tf.mul(dy, isInside!),
    };
  });
  return operation(x);
}

/**
 * To 254 steps around zero; the slope passes.
 *
 * @param axes Along which weights share a scale. @default all but the last, the output channels of kernels and matrices
 */
export function roundWeights(
  weights: tf.Tensor,
  axes: readonly number[] = weights.shape.slice(0, -1).map((_, axis) => axis),
): tf.Tensor {
  const operation = tf.customGrad((...inputs) => {
    const [weights] = inputs as [tf.Tensor];
    const scale = tf.add(tf.div(tf.max(tf.abs(weights), [...axes], true), 127), 1e-12);
    return {
      value: tf.mul(tf.round(tf.div(weights, scale)), scale),
      gradFunc: (dy: tf.Tensor) => tf.clone(dy),
    };
  });
  return operation(weights);
}
