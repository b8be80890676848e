import * as tf from "@tensorflow/tfjs";
import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { clipByGlobalNorm, createAdamW, stepAdamW } from "../../trainer/optimizer.ts";
import { testIf } from "../helpers/require.ts";
import { FLOAT32_LOSS } from "../tolerances.ts";
import { testBackends } from "./backends.ts";

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

Deno.test("stepAdamW() follows the paper over several steps, with decay where it is wanted", () => {
  const gradients = [0.5, -2, 0.01];
  const weights = new Map([
    ["kernel", tf.variable(tf.tensor1d([1.5]))],
    ["bias", tf.variable(tf.tensor1d([1.5]))],
  ]);
  const state = createAdamW(weights);
  for (const [step, gradient] of gradients.entries()) {
    tf.tidy(() => {
      const all = new Map([...weights.keys()].map((path) => [path, tf.tensor1d([gradient])]));
      stepAdamW(weights, all, state, {
        ...{ step, learningRate: 0.1, weightDecay: 0.2 },
        decays: (path) => path === "kernel",
      });
    });
  }
  const value = (path: string) => weights.get(path)!.dataSync()[0]!;
  assertAlmostEquals(value("kernel"), reference(1.5, gradients, 0.1, 0.2), FLOAT32_LOSS);
  assertAlmostEquals(value("bias"), reference(1.5, gradients, 0.1, 0), FLOAT32_LOSS);
  tf.dispose([...weights.values(), ...state.first.values(), ...state.second.values()]);
});

Deno.test("stepAdamW() leaves no tensor behind", () => {
  const weights = new Map([["kernel", tf.variable(tf.tensor1d([1, 2]))]]);
  const state = createAdamW(weights);
  const options = { learningRate: 0.1, weightDecay: 0.1, decays: () => true };
  const step = (step: number) =>
    tf.tidy(() =>
      stepAdamW(weights, new Map([["kernel", tf.tensor1d([1, 1])]]), state, { ...options, step })
    );
  const before = tf.memory().numTensors;
  for (let i = 0; i < 3; i++) step(i);
  assertEquals(tf.memory().numTensors, before);
});

Deno.test("stepAdamW() refuses a weight without a gradient, by name", () => {
  const weights = new Map([["kernel", tf.variable(tf.tensor1d([1]))]]);
  const options = { step: 0, learningRate: 1, weightDecay: 0, decays: () => false };
  assertThrows(
    () => stepAdamW(weights, new Map(), createAdamW(weights), options),
    RangeError,
    '"kernel"',
  );
});

Deno.test("clipByGlobalNorm() scales all gradients by one factor, and only above the limit", () => {
  const gradients = new Map([["a", tf.tensor1d([3, 0])], ["b", tf.tensor1d([4])]]);
  const clipped = (limit: number) =>
    [...clipByGlobalNorm(gradients, limit).gradients.values()].flatMap((g) => [...g.dataSync()]);
  for (const [i, expected] of [1.5, 0, 2].entries()) {
    assertAlmostEquals(clipped(2.5)[i]!, expected, FLOAT32_LOSS);
  }
  assertEquals(clipped(5.5), [3, 0, 4]);
  assertAlmostEquals(clipByGlobalNorm(gradients, 1).norm.dataSync()[0]!, 5, FLOAT32_LOSS);
});

for (const { capability, use } of testBackends) {
  await testIf(
    capability,
    `clipByGlobalNorm() takes more gradients than a shader may bind on ${capability}`,
    async () => {
      await use();
      const ones = new Map(
        Array.from({ length: 64 }, (_, i) => [String(i), tf.tensor1d([1])] as const),
      );
      const { gradients, norm } = clipByGlobalNorm(ones, 4);
      assertAlmostEquals((await norm.data())[0]!, 8, FLOAT32_LOSS);
      for (const gradient of gradients.values()) {
        assertAlmostEquals((await gradient.data())[0]!, 0.5, FLOAT32_LOSS);
      }
      tf.dispose([norm, ...ones.values(), ...gradients.values()]);
      await tf.setBackend("cpu");
    },
  );
}
