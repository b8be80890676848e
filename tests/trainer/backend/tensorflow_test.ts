import * as tf from "@tensorflow/tfjs";
import { assertEquals } from "@std/assert";
import { checkTensorflow, useTensorflow } from "../../../trainer/backend/tensorflow.ts";
import { testIf } from "../../helpers/require.ts";

await testIf("tensorflow", "useTensorflow() computes on one copy of TensorFlow.js", async () => {
  await useTensorflow(() => {});
  await useTensorflow(() => {}); // a second time is no second backend
  assertEquals(tf.getBackend(), "tensorflow");
  // Gradients are registered in the copy that computes, or this throws.
  const slope = tf.tidy(() => tf.grad((x) => tf.square(x))(tf.scalar(3)).dataSync()[0]);
  assertEquals(slope, 6);
});

await testIf(
  "tensorflow",
  "checkTensorflow() names the device and leaves no tensor behind",
  async () => {
    await checkTensorflow();
    const before = tf.memory().numTensors;
    assertEquals(["cpu", "gpu"].includes(await checkTensorflow()), true);
    assertEquals(tf.memory().numTensors, before);
  },
);
