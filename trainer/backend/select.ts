// The backends by name.

import { useTensorflow } from "./tensorflow.ts";
import { useWebgpu } from "./webgpu.ts";

export const backendNames = ["tensorflow", "webgpu"] as const;
/** What training runs on: libtensorflow on CPU or NVIDIA GPU, or any GPU through WebGPU. */
export type BackendName = (typeof backendNames)[number];

/** Makes a backend ready and the one that computes. `log` takes lines of progress and warnings. */
export function useBackend(
  name: BackendName,
  log: (line: string) => void = console.error,
): Promise<void> {
  return name === "tensorflow" ? useTensorflow(log) : useWebgpu(log);
}
