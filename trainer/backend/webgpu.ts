// The webgpu backend: TensorFlow.js on the GPU that `navigator.gpu` gives, any vendor's, with no native part.

import { activate } from "./activate.ts";
import { requestAdapter } from "./adapter.ts";

/** Makes WebGPU the backend that computes. @throws Error when there is no adapter, or none that gives a device. */
export async function useWebgpu(log: (line: string) => void): Promise<void> {
  await requestAdapter("train on webgpu", "train with --backend tensorflow", log);
  await import("@tensorflow/tfjs-backend-webgpu");
  await activate("webgpu");
}
