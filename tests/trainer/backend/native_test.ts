import * as tf from "@tensorflow/tfjs";
import { assertEquals } from "@std/assert";
import { isNative } from "../../../trainer/backend/native.ts";
import { testIf } from "../../helpers/require.ts";
import { testBackends } from "../backends.ts";

Deno.test("isNative() is false on TensorFlow.js's own backends", async () => {
  await tf.setBackend("cpu");
  assertEquals(isNative(), false);
});

await testIf("tensorflow", "isNative() is true on TensorFlow's", async () => {
  await testBackends[0].use();
  assertEquals(isNative(), true);
});
