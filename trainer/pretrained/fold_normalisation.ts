// Published weights were learned on pixels normalised in their own way: rewrites the first layer so that it gives the same
// on pixels normalised in another. Exact where the layer does not pad, as a transformer's patches.

import type { FloatTensor } from "../../models/safetensors.ts";
import type { Normalisation } from "./naming.ts";

/** The layer that sees the pixels. */
export interface FirstLayer {
  /** `[height, width, 3, out]`. */
  readonly kernel: FloatTensor;
  /** `[out]`. */
  readonly bias: FloatTensor;
}

/**
 * With (v − m)/s = x given and (v − m₀)/s₀ expected: kernel·s/s₀, and bias + Σ kernel·(m − m₀)/s₀.
 *
 * @param expected What the layer was learned with: m₀ and s₀.
 * @param given What it will be given: m and s.
 */
export function foldNormalisation(
  { kernel, bias }: FirstLayer,
  expected: Normalisation,
  given: Normalisation,
): FirstLayer {
  const outputs = bias.data.length;
  const weights = Float32Array.from(kernel.data);
  const offsets = Float64Array.from(bias.data);
  for (let at = 0; at < weights.length; at++) {
    const channel = Math.floor(at / outputs) % 3;
    const std = expected.std[channel]!;
    offsets[at % outputs]! += weights[at]! * (given.mean[channel]! - expected.mean[channel]!) / std;
    weights[at]! *= given.std[channel]! / std;
  }
  return {
    kernel: { ...kernel, data: weights },
    bias: { ...bias, data: Float32Array.from(offsets) },
  };
}
