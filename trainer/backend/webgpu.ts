// The webgpu backend: TensorFlow.js on the GPU that `navigator.gpu` gives, any vendor's, with no native part.

import * as tf from "@tensorflow/tfjs";
import { requestAdapter } from "./adapter.ts";

/** Makes WebGPU the backend that computes. @throws Error when there is no adapter. */
export async function useWebgpu(log: (line: string) => void): Promise<void> {
  await requestAdapter("train on webgpu", "train with --backend tensorflow", log);
  await import("@tensorflow/tfjs-backend-webgpu");
  await tf.setBackend("webgpu");
  await tf.ready();
}
