import * as tf from "@tensorflow/tfjs";
import { assertAlmostEquals, assertEquals, assertLess, assertThrows } from "@std/assert";
import {
  createObjective,
  lossNames,
  needsDistances,
  objectiveWeights,
} from "../../../trainer/losses/objective.ts";
import { testIf } from "../../helpers/require.ts";
import { FLOAT32_LOSS, GRADIENT } from "../../tolerances.ts";
import { testBackends } from "../backends.ts";
import { square, uneven } from "./evaluate.ts";

await tf.setBackend("cpu");

const row = (values: readonly number[]) => tf.tensor4d([...values], [1, 1, values.length, 1]);
const usual = objectiveWeights({ bce: 1, dice: 1, missed: 0.25 });

Deno.test("createObjective() is the weighted sum of its losses", () => {
  const value = tf.tidy(() =>
    createObjective(usual)(row(square.logits), row(square.truth)).dataSync()[0]!
  );
  const [half, quarter] = [Math.log(2), Math.log(4 / 3)];
  const expected = (half + 3 * quarter) / 4 + (1 - 3.5 / 4.75) + 0.25 * (half + quarter) / 2;
  assertAlmostEquals(value, expected, FLOAT32_LOSS);
});

Deno.test("createObjective() has the gradient of finite differences, by whatever it is multiplied", () => {
  const weights = objectiveWeights({ bce: 1, dice: 0.7, missed: 0.25, focal: 2, boundary: 3 });
  const { logits, truth } = uneven;
  const distances = truth.map((y, at) => (y === 1 ? -1 : 1) * (at + 1) / 8);
  const tripled = (z: tf.Tensor) =>
    tf.mul(3, createObjective(weights)(z, row(truth), row(distances))) as tf.Scalar;
  const gradient = tf.tidy(() => tf.grad(tripled)(row(logits)).dataSync());
  const largest = Math.max(...gradient.map(Math.abs));
  const step = 1e-2;
  for (const [at, logit] of logits.entries()) {
    const valueAt = (z: number) => tf.tidy(() => tripled(row(logits.with(at, z))).dataSync()[0]!);
    const difference = (valueAt(logit + step) - valueAt(logit - step)) / (2 * step);
    assertLess(Math.abs(gradient[at]! - difference), GRADIENT * largest);
  }
});

Deno.test("createObjective() refuses to compute the boundary loss without distances", () => {
  const objective = createObjective(objectiveWeights({ boundary: 1 }));
  assertThrows(() => objective(row([0]), row([1])), TypeError, "distances");
});

Deno.test("needsDistances() is true where the boundary loss counts", () => {
  assertEquals([usual, objectiveWeights({ boundary: 0.1 })].map(needsDistances), [false, true]);
});

for (const { capability, use } of testBackends) {
  await testIf(
    capability,
    `every loss has a finite value and gradient at ±10000 and leaves nothing behind, on ${capability}`,
    async () => {
      await use();
      const before = tf.memory().numTensors;
      for (const name of lossNames) {
        const objective = createObjective(objectiveWeights({ [name]: 1 }));
        const { value, grad } = tf.tidy(() => {
          const [truth, distances] = [row([0, 1, 1, 0]), row([0.5, -0.5, -0.1, 0.1])];
          return tf.valueAndGrad((z) => objective(z, truth, distances))(
            row([1e4, -1e4, 1e4, -1e4]),
          );
        });
        const numbers = [...await value.data(), ...await grad.data()];
        assertEquals(numbers.every(Number.isFinite), true, `${name}: ${numbers}`);
        tf.dispose([value, grad]);
      }
      assertEquals(tf.memory().numTensors, before);
    },
  );

  await testIf(
    capability,
    `createObjective() has the value known by hand on ${capability}`,
    async () => {
      await use();
      const [logits, truth] = [row([100, -100, 100, -100]), row([0, 1, 1, 0])];
      const value = createObjective(usual)(logits, truth);
      // Half of the pixels cost 100, one of two defect pixels is missed, the overlap is 1 of 2 + 2: 50 + 50/4 + 1 − 3/5.
      assertAlmostEquals((await value.data())[0]!, 62.9, 60 * FLOAT32_LOSS);
      tf.dispose([logits, truth, value]);
    },
  );
}
