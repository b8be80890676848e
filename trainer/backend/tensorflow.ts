// The tensorflow backend: TensorFlow.js on libtensorflow, through the add-on that `install.ts` builds.

import { createRequire } from "node:module";
import util from "node:util";
import * as tf from "@tensorflow/tfjs";
import { activate } from "./activate.ts";
import { installTensorflow } from "./install.ts";
import { keepFreedMemory } from "./keep_memory.ts";
import { addonPath, installedDevice, type TensorflowDevice } from "./location.ts";
import { nativeBackend } from "./native.ts";

/** Registers the backend, setting it up at its first use, and makes it the one that computes. */
export async function useTensorflow(log: (line: string) => void): Promise<void> {
  if (tf.findBackend("tensorflow") === null) {
    let device = await installedDevice();
    if (device === undefined) {
      await installTensorflow({ device: "cpu", log });
      device = "cpu";
    }
    await register(addonPath(device));
  }
  await activate("tensorflow");
}

/**
 * Computes a convolution and its gradient whose results are known.
 *
 * @returns What it ran on. @throws Error when a result is wrong.
 */
export async function checkTensorflow(): Promise<TensorflowDevice> {
  await useTensorflow(() => {});
  const [value, slope] = tf.tidy(() => {
    const image = tf.ones([1, 3, 3, 1]) as tf.Tensor4D;
    const sum = (kernel: tf.Tensor) => tf.sum(tf.conv2d(image, kernel as tf.Tensor4D, 1, "same"));
    const { value, grad } = tf.valueAndGrad(sum)(tf.ones([3, 3, 1, 1]));
    return [value.dataSync()[0], tf.max(grad).dataSync()[0]];
  });
  // Every pixel counts its neighbours: 4 corners see 4, 4 edges 6, the centre 9. The middle tap sees all 9 pixels.
  if (value !== 49 || slope !== 9) {
    throw new Error(`TensorFlow gave ${value} and ${slope} for a convolution, must be 49 and 9`);
  }
  return nativeBackend().isUsingGpuDevice ? "gpu" : "cpu";
}

async function register(addon: string): Promise<void> {
  // Read once, when the library loads. oneDNN's convolutions halve a U-Net's step on a CPU with AVX2.
  setDefault("TF_ENABLE_ONEDNN_OPTS", "1");
  setDefault("TF_CPP_MIN_LOG_LEVEL", "1");
  keepFreedMemory();
  // tfjs-node asks for a function that node:util no longer has.
  Object.assign(util, { isNullOrUndefined: (value: unknown) => value == null });
  const { NodeJSKernelBackend } = await loadBackendClass();
  const binding: unknown = createRequire(import.meta.url)(addon);
  tf.registerBackend("tensorflow", () => new NodeJSKernelBackend(binding, "lineside"));
}

interface BackendModule {
  readonly NodeJSKernelBackend: new (binding: unknown, name: string) => tf.KernelBackend;
}

async function loadBackendClass(): Promise<BackendModule> {
  await import("@tensorflow/tfjs-node-gpu/dist/register_all_kernels.js");
  const module = await import("@tensorflow/tfjs-node-gpu/dist/nodejs_kernel_backend.js");
  return ("default" in module ? module.default : module) as unknown as BackendModule;
}

function setDefault(name: string, value: string): void {
  if (Deno.env.get(name) === undefined) Deno.env.set(name, value);
}
