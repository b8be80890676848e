// Numbers as int8 will have them, while they are still trained: rounded on the way forward, as if not on the way back.

import * as tf from "@tensorflow/tfjs";

/** Smallest and largest number that a value is given integers for. */
export interface RoundingRange {
  readonly min: number;
  readonly max: number;
}

/** What the input of each node that computes in integers is rounded by, by the name that the node has in the graph. */
export type Rounding = ReadonlyMap<string, RoundingRange>;

/**
 * To 255 steps over a range that holds zero, as a uint8 activation. The slope passes where the number was in the range and
 * stops where it was cut (Jacob et al. 2018, section 3; Bengio, Léonard and Courville 2013, section 4, straight-through).
 */
export function roundActivation(x: tf.Tensor, { min, max }: RoundingRange): tf.Tensor {
  const [low, high] = [Math.min(0, min), Math.max(0, max)];
  const scale = high === low ? 1 : (high - low) / 255;
  const zeroPoint = Math.round(-low / scale);
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

/** To 254 steps around zero, a scale for each output channel, which is the last axis; the slope passes. */
export function roundWeights(weights: tf.Tensor): tf.Tensor {
  const operation = tf.customGrad((...inputs) => {
    const [weights] = inputs as [tf.Tensor];
    const others = weights.shape.slice(0, -1).map((_, axis) => axis);
    const scale = tf.add(tf.div(tf.max(tf.abs(weights), others, true), 127), 1e-12);
    return {
      value: tf.mul(tf.round(tf.div(weights, scale)), scale),
      gradFunc: (dy: tf.Tensor) => tf.clone(dy),
    };
  });
  return operation(weights);
}
