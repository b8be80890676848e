// The positions of windows, from a weight that has one for each place of a whole image.

import * as tf from "@tensorflow/tfjs";
import type { ImageSize, Shape } from "./ops.ts";
import { placeGrid } from "./windows.ts";

/** Windows whose places are numbers of a tensor: those of a batch are others than those of the next. */
export interface WindowTensors {
  /** Size of the images they were cut out of, in pixels. */
  readonly whole: ImageSize;
  /** First column and row of each window `[N,2]`, in pixels. */
  readonly starts: tf.Tensor2D;
}

/** Embeddings of each window's tokens `[N,T,C]`: a product, whose gradient every backend has. @param size Of a window. */
export function positionsOf(
  position: tf.Tensor,
  windows: WindowTensors,
  size: ImageSize,
): tf.Tensor {
  const [places = 0, channels = 0] = position.shape;
  const rows = rowsOfWindows(position.shape, windows, size);
  const chosen = tf.oneHot(tf.reshape(rows, [-1]), places, 1, 0, "float32") as tf.Tensor2D;
  const embedded = tf.matMul(chosen, position as tf.Tensor2D); // [N·T,C]
  return tf.reshape(embedded, [...rows.shape, channels]);
}

/**
 * Rows of a position weight `[T,C]`, or `[T+1,C]` with a readout token's, that belong to the tokens of each window: `[N,T]`.
 *
 * @param size Of a window, in pixels.
 */
export function rowsOfWindows(
  position: Shape,
  { whole, starts }: WindowTensors,
  size: ImageSize,
): tf.Tensor2D {
  const { side, columns, readouts } = placeGrid(position, whole);
  const [width, height] = [size.width / side, size.height / side];
  const places = Array.from(
    { length: width * height },
    (_, at) => Math.floor(at / width) * columns + at % width,
  );
  const first = [...Array(readouts).keys(), ...places.map((place) => readouts + place)];
  const moves = [...Array(readouts).fill(0), ...places.map(() => 1)]; // a readout stays
  const shift = tf.matMul(tf.div(starts, side), tf.tensor2d([[1], [columns]])); // [N,1]
  return tf.cast(tf.round(tf.add(tf.mul(shift, moves), first)), "int32");
}
