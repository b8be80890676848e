import * as tf from "@tensorflow/tfjs";
import { assertEquals, assertStringIncludes } from "@std/assert";
import { useWebgpu } from "../../../trainer/backend/webgpu.ts";
import { testIf } from "../../helpers/require.ts";

await testIf("webgpu", "useWebgpu() computes, and warns of a software adapter", async () => {
  const adapter = await navigator.gpu.requestAdapter({ powerPreference: "high-performance" });
  const said: string[] = [];
  await useWebgpu((line) => said.push(line));
  assertEquals(tf.getBackend(), "webgpu");
  const sum = tf.tidy(() => tf.sum(tf.ones([4, 4])));
  assertEquals((await sum.data())[0], 16);
  sum.dispose();
  assertEquals(said.length, adapter!.info.isFallbackAdapter ? 1 : 0);
  if (adapter!.info.isFallbackAdapter) assertStringIncludes(said[0]!, "software");
});
