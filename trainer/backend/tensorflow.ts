// The tensorflow backend: TensorFlow.js on libtensorflow, through the add-on that `install.ts` builds.

import { createRequire } from "node:module";
import util from "node:util";
import * as tf from "@tensorflow/tfjs";
import { installTensorflow } from "./install.ts";
import { addonPath, installedDevice } from "./location.ts";

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
  await tf.setBackend("tensorflow");
}

async function register(addon: string): Promise<void> {
  // Read once, when the library loads. oneDNN's convolutions halve a U-Net's step on a CPU with AVX2.
  setDefault("TF_ENABLE_ONEDNN_OPTS", "1");
  setDefault("TF_CPP_MIN_LOG_LEVEL", "1");
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
