// The fused kernel of the tensorflow backend against the composed form, which the cpu backend runs.

import * as tf from "@tensorflow/tfjs";
import { assertAlmostEquals, assertLess } from "@std/assert";
import { maxAbsDifference } from "../../../models/package.ts";
import { fixedBatchNorm, trainBatchNorm } from "../../../trainer/ops/tfjs_batch_norm.ts";
import { testIf } from "../../helpers/require.ts";
import { FLOAT32_LOSS, OP_PARITY } from "../../tolerances.ts";
import { testBackends } from "../backends.ts";
import { normalTensor } from "../helpers.ts";

const epsilon = 1e-3;

type Norm = (x: tf.Tensor4D, scale: tf.Tensor1D, offset: tf.Tensor1D) => tf.Tensor;

/** Value and gradients by name, on the backend that is set. */
function run(norm: Norm, shape: [number, number, number, number]): Record<string, Float32Array> {
  return tf.tidy(() => {
    const inputs = [
      normalTensor(shape, "x"),
      normalTensor([shape[3]], "scale"),
      normalTensor([shape[3]], "offset"),
    ];
    const factors = normalTensor(shape, "factors");
    const apply = (...[x, scale, offset]: tf.Tensor[]) =>
      norm(x as tf.Tensor4D, scale as tf.Tensor1D, offset as tf.Tensor1D);
    const gradients = tf.grads((...inputs) => tf.sum(tf.mul(apply(...inputs), factors)))(inputs);
    const [value, dx, dScale, dOffset] = [apply(...inputs), ...gradients].map((tensor) =>
      tensor.dataSync<"float32">()
    ) as [Float32Array, Float32Array, Float32Array, Float32Array];
    return { value, dx, dScale, dOffset };
  });
}

function runTrain(shape: [number, number, number, number]): Record<string, Float32Array> {
  const seen: Record<string, Float32Array> = {};
  const results = run(
    (x, scale, offset) =>
      trainBatchNorm(x, scale, offset, epsilon, (mean, variance) => {
        seen["mean"] = mean.dataSync<"float32">();
        seen["variance"] = variance.dataSync<"float32">();
      }),
    shape,
  );
  return { ...results, ...seen };
}

const runFixed = (shape: [number, number, number, number]) =>
  run((x, scale, offset) => {
    const mean = normalTensor([shape[3]], "mean") as tf.Tensor1D;
    const variance = tf.add(tf.square(mean), 0.5) as tf.Tensor1D;
    return fixedBatchNorm(x, { scale, offset, mean, variance }, epsilon);
  }, shape);

for (const [name, runOn] of [["trainBatchNorm", runTrain], ["fixedBatchNorm", runFixed]] as const) {
  await testIf("tensorflow", `${name}() is the same fused and composed`, async () => {
    for (const shape of [[2, 5, 7, 3], [1, 4, 1, 2]] as [number, number, number, number][]) {
      await tf.setBackend("cpu");
      const composed = runOn(shape);
      await testBackends[0].use();
      const fused = runOn(shape);
      for (const [what, values] of Object.entries(composed)) {
        assertLess(maxAbsDifference(fused[what]!, values), OP_PARITY, `${what} of [${shape}]`);
      }
    }
  });
}

Deno.test("trainBatchNorm() observes the unbiased variance, and bears a single pixel", async () => {
  await tf.setBackend("cpu");
  const observe = (values: number[]) => {
    let seen: number[] = [];
    tf.tidy(() => {
      const x = tf.tensor4d(values, [1, 1, values.length, 1]);
      trainBatchNorm(x, tf.ones([1]), tf.zeros([1]), epsilon, (mean, variance) => {
        seen = [mean.dataSync()[0]!, variance.dataSync()[0]!];
      });
    });
    return seen;
  };
  const [mean, variance] = observe([1, 2, 3, 6]);
  assertAlmostEquals(mean!, 3, FLOAT32_LOSS);
  assertAlmostEquals(variance!, 14 / 3, FLOAT32_LOSS);
  assertAlmostEquals(observe([5])[1]!, 0, FLOAT32_LOSS);
});
