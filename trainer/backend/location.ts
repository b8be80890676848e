// Where the tensorflow backend's native part lies in the checkout, and how to tell that it is whole.

import { fromFileUrl, join } from "@std/path";
import { exists } from "../../models/files.ts";

/** Version of libtensorflow: the newest whose C API TensorFlow.js 4.22 was built against. */
export const tensorflowVersion = "2.15.1";

/** `cpu` runs anywhere; `gpu` needs CUDA 12 and cuDNN 8.9 on the machine. */
export type TensorflowDevice = "cpu" | "gpu";

const cache = fromFileUrl(new URL("../../.cache/tensorflow/", import.meta.url));

/** Folder that holds the libraries, the add-on and the stamp. */
export function nativeDir(device: TensorflowDevice): string {
  return join(cache, `${tensorflowVersion}-${device}`);
}

/** The add-on through which TensorFlow.js reaches libtensorflow. */
export function addonPath(device: TensorflowDevice): string {
  return join(nativeDir(device), "tfjs_binding.node");
}

/** Written last: a folder that has it is whole. */
export function stampPath(device: TensorflowDevice): string {
  return join(nativeDir(device), "installed.json");
}

/** The device that is set up, the GPU before the CPU, or undefined. */
export async function installedDevice(): Promise<TensorflowDevice | undefined> {
  for (const device of ["gpu", "cpu"] as const) {
    if (await exists(stampPath(device))) return device;
  }
  return undefined;
}
