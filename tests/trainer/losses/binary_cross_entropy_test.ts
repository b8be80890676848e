import * as tf from "@tensorflow/tfjs";
import { assertAlmostEquals } from "@std/assert";
import { binaryCrossEntropy } from "../../../trainer/losses/binary_cross_entropy.ts";
import { testIf } from "../../helpers/require.ts";
import { FLOAT32_LOSS } from "../../tolerances.ts";
import { testBackends } from "../backends.ts";
import { assertSlope, evaluate, square, uneven } from "./evaluate.ts";

await tf.setBackend("cpu");

Deno.test("binaryCrossEntropy() is the mean of −y·ln p − (1−y)·ln(1−p)", async () => {
  const { value } = await evaluate(binaryCrossEntropy, square);
  assertAlmostEquals(value, (Math.log(2) + 3 * Math.log(4 / 3)) / 4, FLOAT32_LOSS);
});

Deno.test("binaryCrossEntropy() has the slope of finite differences", () =>
  assertSlope(binaryCrossEntropy, uneven));

for (const { capability, use } of testBackends) {
  await testIf(
    capability,
    `binaryCrossEntropy() is exact where sigmoid is 0 or 1, on ${capability}`,
    async () => {
      await use();
      const example = { logits: [1e4, -1e4, 0, 1e4, -1e4], truth: [0, 1, 1, 1, 0] };
      const { value, slope } = await evaluate(binaryCrossEntropy, example);
      assertAlmostEquals(value / 4000, (2e4 + Math.log(2)) / 5 / 4000, FLOAT32_LOSS);
      for (const [at, expected] of [1, -1, -0.5, 0, 0].entries()) {
        assertAlmostEquals(slope[at]!, expected / 5, FLOAT32_LOSS);
      }
      await tf.setBackend("cpu");
    },
  );
}
