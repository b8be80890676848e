// Which of TensorFlow.js's backends computes.

import * as tf from "@tensorflow/tfjs";

/**
 * Makes a registered backend the one that computes.
 *
 * @throws Error when it does not start: TensorFlow.js would go on with its own, in plain JavaScript.
 */
export async function activate(name: "tensorflow" | "webgpu"): Promise<void> {
  const isActive = await tf.setBackend(name);
  if (!isActive) throw new Error(`Cannot train on ${name}: TensorFlow.js could not start it`);
}
