import { assertRejects } from "@std/assert";
import { useBackend } from "../../../trainer/backend/select.ts";

Deno.test("useBackend() refuses a GPU that gives no device, where TensorFlow.js would go on without it", async () => {
  const adapter = {
    ...{ info: { isFallbackAdapter: false, description: "full" }, features: new Set(), limits: {} },
    requestDevice: () => Promise.reject(new Error("out of memory")),
  };
  const requestAdapter = () => Promise.resolve(adapter);
  Object.defineProperty(navigator.gpu, "requestAdapter", { value: requestAdapter });
  await assertRejects(() => useBackend("webgpu"), Error, "Cannot train on webgpu");
});
