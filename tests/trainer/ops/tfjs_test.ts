// What the parity test cannot see: modes, starts, refusals.

import * as tf from "@tensorflow/tfjs";
import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { createRandom } from "../../../models/random.ts";
import { batchNorm } from "../../../trainer/networks/blocks.ts";
import type { Network } from "../../../trainer/ops/ops.ts";
import { plan } from "../../../trainer/ops/plan.ts";
import { createVariables, runTfjs } from "../../../trainer/ops/tfjs.ts";
import { testIf } from "../../helpers/require.ts";
import { FLOAT32_LOSS, NORMAL_MOMENTS } from "../../tolerances.ts";
import { testBackends } from "../backends.ts";

const norm: Network = (ops, image) => ({ logits: batchNorm(ops, image), features: [] });

/** Mean 3, variance 3.5, unbiased variance 14/3 in each of the three channels. */
const image = () =>
  tf.tensor4d([1, 2, 3, 6].flatMap((value) => [value, value, value]), [1, 2, 2, 3]);
const size = { height: 2, width: 2 };

async function runNorm(mode: "train" | "eval") {
  const variables = createVariables(plan(norm, size).weights, createRandom(0));
  const output = tf.tidy(() => runTfjs(norm, variables, image(), mode).logits);
  const first = async (tensor: tf.Tensor) => (await tensor.data<"float32">())[0]!;
  const result = {
    value: await first(output),
    mean: await first(variables.get("norm/mean")!),
    variance: await first(variables.get("norm/variance")!),
  };
  tf.dispose([output, ...variables.values()]);
  return result;
}

for (const { capability, use } of testBackends) {
  await testIf(
    capability,
    `runTfjs() moves running statistics in training on ${capability}`,
    async () => {
      await use();
      const { value, mean, variance } = await runNorm("train");
      assertAlmostEquals(value, -2 / Math.sqrt(3.5 + 1e-5), FLOAT32_LOSS);
      assertAlmostEquals(mean, 0.1 * 3, FLOAT32_LOSS);
      assertAlmostEquals(variance, 0.9 + 0.1 * 14 / 3, FLOAT32_LOSS);
    },
  );

  await testIf(capability, `runTfjs() reads running statistics else on ${capability}`, async () => {
    await use();
    const { value, mean, variance } = await runNorm("eval");
    assertAlmostEquals(value, 1 / Math.sqrt(1 + 1e-5), FLOAT32_LOSS);
    assertEquals([mean, variance], [0, 1]);
  });
}

Deno.test("runTfjs() refuses a missing weight and one of another shape, by path", async () => {
  await tf.setBackend("cpu");
  const run = (weights: [string, tf.Variable][]) => () =>
    tf.tidy(() => runTfjs(norm, new Map(weights), image(), "eval").logits);
  const scale = tf.variable(tf.ones([4]));
  assertThrows(run([]), RangeError, 'Weight "norm/scale" is missing');
  assertThrows(
    run([["norm/scale", scale]]),
    RangeError,
    'Weight "norm/scale" has shape [4], needs [3]',
  );
  scale.dispose();
});

Deno.test("createVariables() starts weights as declared, the same for the same seed", async () => {
  await tf.setBackend("cpu");
  const { weights } = plan((ops, image) => {
    ops.param("kernel", "kernel", [3, 3, 100, 100]);
    ops.param("bias", "bias", [2], { kind: "constant", value: -4 });
    ops.param("mean", "mean", [1]);
    return { logits: image, features: [] };
  }, size);
  const make = (seed: number) => createVariables(weights, createRandom(seed));
  const [once, again, other] = [make(1), make(1), make(2)];
  const kernel = await once.get("kernel")!.data<"float32">();
  assertEquals(kernel, await again.get("kernel")!.data<"float32">());
  assertEquals(kernel[0] === (await other.get("kernel")!.data())[0], false);
  const variance = kernel.reduce((sum, value) => sum + value * value, 0) / kernel.length;
  assertAlmostEquals(variance * 900 / 2, 1, NORMAL_MOMENTS);
  assertEquals([...await once.get("bias")!.data()], [-4, -4]);
  assertEquals([...once].map(([path, { trainable }]) => [path, trainable]), [
    ["kernel", true],
    ["bias", true],
    ["mean", false],
  ]);
  tf.dispose([once, again, other].flatMap((made) => [...made.values()]));
});
