import * as tf from "@tensorflow/tfjs";
import { assertAlmostEquals, assertEquals, assertLess } from "@std/assert";
import { maxAbsDifference } from "../../../models/package.ts";
import { layerNorm } from "../../../trainer/ops/tfjs_layer_norm.ts";
import { testIf } from "../../helpers/require.ts";
import { FLOAT32_LOSS, OP_PARITY } from "../../tolerances.ts";
import { testBackends } from "../backends.ts";
import { normalTensor } from "../helpers.ts";

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

await testIf("tensorflow", "layerNorm() is the same fused and composed", async () => {
  /** Value and gradients by name, on the backend that is set. */
  const run = (shape: [number, number, number]): Record<string, Float32Array> =>
    tf.tidy(() => {
      const inputs = [
        tf.add(normalTensor(shape, "x"), 3),
        normalTensor([shape[2]], "scale"),
        normalTensor([shape[2]], "offset"),
      ];
      const apply = (...[x, scale, offset]: tf.Tensor[]) => layerNorm(x!, scale!, offset!, 1e-3);
      const gradients = tf.grads(apply)(inputs, normalTensor(shape, "factors"));
      const [value, dx, dScale, dOffset] = [apply(...inputs), ...gradients].map((tensor) => {
        assertEquals([shape, [shape[2]]].some((known) => `${known}` === `${tensor.shape}`), true);
        return tensor.dataSync<"float32">();
      }) as [Float32Array, Float32Array, Float32Array, Float32Array];
      return { value, dx, dScale, dOffset };
    });
  for (const shape of [[2, 5, 7], [1, 1, 33], [3, 17, 4]] as [number, number, number][]) {
    await tf.setBackend("cpu");
    const composed = run(shape);
    await testBackends[0].use();
    const before = tf.memory().numTensors;
    const fused = run(shape);
    assertEquals(tf.memory().numTensors, before);
    for (const [what, values] of Object.entries(composed)) {
      assertLess(maxAbsDifference(fused[what]!, values), OP_PARITY, `${what} of [${shape}]`);
    }
  }
});
