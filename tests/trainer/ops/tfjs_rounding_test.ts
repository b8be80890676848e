import * as tf from "@tensorflow/tfjs";
import { assertAlmostEquals, assertEquals } from "@std/assert";
import { roundActivation, roundWeights } from "../../../trainer/ops/tfjs_rounding.ts";
import { FLOAT32_LOSS } from "../../tolerances.ts";

await tf.setBackend("cpu");

/** Value and slope of the sum, for each number. */
async function answer(of: (x: tf.Tensor) => tf.Tensor, x: tf.Tensor) {
  const [value, slope] = tf.tidy(() => [of(x), tf.grad((x) => tf.sum(of(x)))(x)]) as [
    tf.Tensor,
    tf.Tensor,
  ];
  return { value: [...await value.data()], slope: [...await slope.data()] };
}

Deno.test("roundActivation() rounds to 255 steps, cuts at the ends, and lets the slope pass between them", async () => {
  // Steps of 0.01; zero is the hundredth.
  const { value, slope } = await answer(
    (x) => roundActivation(x, { min: -1, max: 1.55 }),
    tf.tensor1d([0.004, 0.006, -0.123, 5, -5]),
  );
  [0, 0.01, -0.12, 1.55, -1].forEach((expected, at) =>
    assertAlmostEquals(value[at]!, expected, FLOAT32_LOSS)
  );
  assertEquals(slope, [1, 1, 1, 0, 0]);
});

Deno.test("roundActivation() keeps zero a step of a range that does not hold it", async () => {
  const { value } = await answer(
    (x) => roundActivation(x, { min: 0.5, max: 2.55 }),
    tf.tensor1d([0, 0.503]),
  );
  assertEquals(value[0], 0);
  assertAlmostEquals(value[1]!, 0.5, FLOAT32_LOSS);
});

Deno.test("roundWeights() gives each output channel its own scale, and lets the slope pass", async () => {
  const { value, slope } = await answer(
    (weights) => roundWeights(weights),
    tf.tensor2d([[127, 1.27], [0.4, 0.004], [0, 0]]),
  );
  [127, 1.27, 0, 0, 0, 0].forEach((expected, at) =>
    assertAlmostEquals(value[at]!, expected, 127 * FLOAT32_LOSS)
  );
  assertEquals(new Set(slope), new Set([1]));
});

Deno.test("roundWeights() gives weights along the named axes one scale", async () => {
  const { value } = await answer(
    (weights) => roundWeights(weights, [1]),
    tf.tensor2d([[127, 1.27], [0.4, 0.004]]),
  );
  [127, 1, 0.4, 0.4 / 127].forEach((expected, at) =>
    assertAlmostEquals(value[at]!, expected, 127 * FLOAT32_LOSS)
  );
});
