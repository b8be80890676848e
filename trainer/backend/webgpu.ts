// The webgpu backend: TensorFlow.js on the GPU that `navigator.gpu` gives, any vendor's, with no native part.

import * as tf from "@tensorflow/tfjs";

/** Makes WebGPU the backend that computes. @throws Error when there is no adapter. */
export async function useWebgpu(log: (line: string) => void): Promise<void> {
  // Mesa's Vulkan drivers complain on every start when it is unset.
  if (Deno.build.os === "linux" && Deno.env.get("XDG_RUNTIME_DIR") === undefined) {
    Deno.env.set("XDG_RUNTIME_DIR", "/tmp");
  }
  const adapter = await navigator.gpu?.requestAdapter({ powerPreference: "high-performance" });
  if (!adapter) {
    throw new Error(
      "Cannot train on webgpu: this machine has no WebGPU adapter; install its Vulkan driver, or train with --backend tensorflow",
    );
  }
  if (adapter.info.isFallbackAdapter) {
    log(`warning: ${adapter.info.description} is a software adapter: right, but slow`);
  }
  await import("@tensorflow/tfjs-backend-webgpu");
  await tf.setBackend("webgpu");
  await tf.ready();
}
