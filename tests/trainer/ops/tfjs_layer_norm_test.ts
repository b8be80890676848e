import * as tf from "@tensorflow/tfjs";
import { assertAlmostEquals } from "@std/assert";
import { layerNorm } from "../../../trainer/ops/tfjs_layer_norm.ts";
import { FLOAT32_LOSS } from "../../tolerances.ts";

Deno.test("layerNorm() normalises each token by its own mean and variance", async () => {
  await tf.setBackend("cpu");
  const y = tf.tidy(() => {
    // Mean 2 and variance 1; mean 0 and variance 4.
    const x = tf.tensor3d([1, 3, -2, 2], [1, 2, 2]);
    return layerNorm(x, tf.tensor1d([1, 10]), tf.tensor1d([0, 5]), 0);
  });
  const values = await y.data<"float32">();
  [-1, 15, -1, 15].forEach((expected, i) => assertAlmostEquals(values[i]!, expected, FLOAT32_LOSS));
  y.dispose();
});
