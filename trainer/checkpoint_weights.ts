// The weights that a checkpoint is kept for: the averaged ones.

import type { Tensor } from "../models/safetensors.ts";
import type { WeightValues } from "./ops/onnx_emitter.ts";
import { averagedPrefix } from "./training_state.ts";

/** Averaged weights by path, of the tensors of a checkpoint. */
export function averagedWeights(tensors: ReadonlyMap<string, Tensor>): Map<string, WeightValues> {
  const weights = new Map<string, WeightValues>();
  for (const [name, { dtype, shape, data }] of tensors) {
    if (!name.startsWith(averagedPrefix) || dtype !== "F32") continue;
    weights.set(name.slice(averagedPrefix.length), { shape, data: data as Float32Array });
  }
  return weights;
}
