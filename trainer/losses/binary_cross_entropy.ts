// Binary cross-entropy: makes every pixel honest.

import * as tf from "@tensorflow/tfjs";
import type { Loss, Pixels } from "./pixels.ts";

/** Mean over all pixels of `−y·ln p − (1−y)·ln(1−p)`. */
export function binaryCrossEntropy({ crossEntropy, residual }: Pixels): Loss {
  return { value: tf.mean(crossEntropy), slope: tf.div(residual, residual.size) };
}
