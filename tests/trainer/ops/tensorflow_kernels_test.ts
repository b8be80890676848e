// The batch norms of this file are held against their composed form in tfjs_batch_norm_test.ts.

import * as tf from "@tensorflow/tfjs";
import { assertEquals } from "@std/assert";
import { fusedRelu, hasTensorflowKernels } from "../../../trainer/ops/tensorflow_kernels.ts";
import { testIf } from "../../helpers/require.ts";
import { testBackends } from "../backends.ts";

Deno.test("hasTensorflowKernels() is false on other backends", async () => {
  await tf.setBackend("cpu");
  assertEquals(hasTensorflowKernels(), false);
});

await testIf("tensorflow", "fusedRelu() passes on the gradient where x is above 0", async () => {
  await testBackends[0].use();
  assertEquals(hasTensorflowKernels(), true);
  const before = tf.memory().numTensors;
  const [value, slope] = tf.tidy(() => {
    const x = tf.tensor1d([-2, -0, 0, 3]);
    const slope = tf.grad((x) => tf.sum(tf.mul(fusedRelu(x), tf.tensor1d([5, 6, 7, 8]))))(x);
    return [fusedRelu(x).dataSync(), slope.dataSync()];
  });
  assertEquals([...value!].map((number) => number + 0), [0, 0, 0, 3]);
  assertEquals([...slope!], [0, 0, 0, 8]);
  assertEquals(tf.memory().numTensors, before);
});
