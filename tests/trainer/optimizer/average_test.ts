import * as tf from "@tensorflow/tfjs";
import { assertAlmostEquals, assertEquals } from "@std/assert";
import { moveAverage } from "../../../trainer/optimizer/average.ts";
import { FLOAT32_LOSS } from "../../tolerances.ts";

await tf.setBackend("cpu");

Deno.test("moveAverage() keeps the decay's share, less in the first steps", () => {
  // (1 + step) / (10 + step) is 1/10, then 1/2, then more than the decay.
  for (const [step, kept] of [[0, 0.1], [8, 0.5], [1000, 0.9]] as const) {
    const averages = [tf.variable(tf.tensor1d([1, 2])), tf.variable(tf.tensor1d([-3]))];
    const before = tf.memory().numTensors;
    tf.tidy(() => moveAverage(averages, [tf.tensor1d([5, 5]), tf.tensor1d([7])], 0.9, step));
    assertEquals(tf.memory().numTensors, before);
    const values = averages.flatMap((average) => [...average.dataSync()]);
    for (const [at, [old, now]] of [[1, 5], [2, 5], [-3, 7]].entries()) {
      assertAlmostEquals(values[at]!, kept * old! + (1 - kept) * now!, FLOAT32_LOSS);
    }
    tf.dispose(averages);
  }
});
