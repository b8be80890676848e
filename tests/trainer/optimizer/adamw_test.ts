import * as tf from "@tensorflow/tfjs";
import { assertAlmostEquals, assertEquals } from "@std/assert";
import { createAdamW, stepAdamW } from "../../../trainer/optimizer/adamw.ts";
import { createBuckets } from "../../../trainer/optimizer/buckets.ts";
import { testIf } from "../../helpers/require.ts";
import { FLOAT32_LOSS } from "../../tolerances.ts";
import { testBackends } from "../backends.ts";

await tf.setBackend("cpu");

/** Loshchilov and Hutter 2019, algorithm 2, for one number and in doubles. */
function reference(weight: number, gradients: number[], rate: number, decay: number): number {
  let [m, v] = [0, 0];
  for (const [i, g] of gradients.entries()) {
    m = 0.9 * m + 0.1 * g;
    v = 0.999 * v + 0.001 * g * g;
    const [mHat, vHat] = [m / (1 - 0.9 ** (i + 1)), v / (1 - 0.999 ** (i + 1))];
    weight -= rate * (mHat / (Math.sqrt(vHat) + 1e-8) + decay * weight);
  }
  return weight;
}

/** Three buckets of one number each: a kernel, a bias, and a kernel that learns at a tenth of the rate. */
const buckets = createBuckets(
  new Map(["kernel", "bias", "slow"].map((path) => [path, tf.ones([1])])),
  { decays: (path) => path !== "bias", rateFactor: (path) => path === "slow" ? 0.1 : 1 },
);

for (const { capability, use } of testBackends) {
  await testIf(
    capability,
    `stepAdamW() follows the paper over several steps on ${capability}, and leaves nothing behind`,
    async () => {
      await use();
      // The second are so small that epsilon counts.
      for (const gradients of [[0.5, -2, 0.01], [1e-8, 2e-8, -1e-8]]) {
        const before = tf.memory().numTensors;
        const state = createAdamW(buckets);
        let weights: tf.Tensor[] = buckets.map(() => tf.tensor1d([1.5]));
        for (const [step, gradient] of gradients.entries()) {
          const held = tf.memory().numTensors;
          const next = tf.tidy(() => {
            const slopes = buckets.map(() => tf.tensor1d([gradient]));
            const options = { step, learningRate: 0.1, weightDecay: 0.2 };
            return stepAdamW(buckets, weights, slopes, state, options);
          });
          tf.dispose(weights);
          weights = next;
          assertEquals(tf.memory().numTensors, held);
        }
        const [kernel, bias, slow] = await Promise.all(weights.map((weight) => weight.data()));
        assertAlmostEquals(kernel![0]!, reference(1.5, gradients, 0.1, 0.2), FLOAT32_LOSS);
        assertAlmostEquals(bias![0]!, reference(1.5, gradients, 0.1, 0), FLOAT32_LOSS);
        assertAlmostEquals(slow![0]!, reference(1.5, gradients, 0.01, 0.2), FLOAT32_LOSS);
        tf.dispose([...weights, ...state.first, ...state.second]);
        assertEquals(tf.memory().numTensors, before);
      }
      await tf.setBackend("cpu");
    },
  );
}
