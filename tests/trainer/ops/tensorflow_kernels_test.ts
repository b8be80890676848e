// The batch norms of this file are held against their composed form in tfjs_batch_norm_test.ts.

import * as tf from "@tensorflow/tfjs";
import { assertEquals } from "@std/assert";
import {
  fusedRelu,
  sumOfChannels,
  transposedProduct,
} from "../../../trainer/ops/tensorflow_kernels.ts";
import { testIf } from "../../helpers/require.ts";
import { testBackends } from "../backends.ts";

await testIf("tensorflow", "fusedRelu() passes on the gradient where x is above 0", async () => {
  await testBackends[0].use();
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

await testIf("tensorflow", "sumOfChannels() sums over all but the last axis", async () => {
  await testBackends[0].use();
  const sums = tf.tidy(() => sumOfChannels(tf.tensor3d([1, 2, 3, 4, 5, 6, 7, 8], [2, 2, 2])));
  assertEquals([sums.shape, [...sums.dataSync()]], [[2], [16, 20]]);
  sums.dispose();
});

await testIf("tensorflow", "transposedProduct() sums over the rows of both", async () => {
  await testBackends[0].use();
  const product = tf.tidy(() =>
    transposedProduct(tf.tensor2d([[1, 2, 3], [4, 5, 6]]), tf.tensor2d([[1, 0], [10, 1]]))
  );
  assertEquals(product.arraySync(), [[41, 4], [52, 5], [63, 6]]);
  product.dispose();
});
