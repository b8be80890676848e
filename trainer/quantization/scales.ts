// Numbers as integers with a scale. Jacob et al. 2018, eq. 1: r = S·(q − Z).

import type { Initializer } from "../onnx/graph.ts";

/** Smallest and largest number of a value. */
export interface ValueRange {
  readonly min: number;
  readonly max: number;
}

/** Scale and zero point of a uint8 value. Zero has an integer of its own: padding adds zeros. */
export function scaleOf({ min, max }: ValueRange): { scale: number; zeroPoint: number } {
  const [low, high] = [Math.min(0, min), Math.max(0, max)];
  const scale = Math.fround(high === low ? 1 : (high - low) / 255);
  return { scale, zeroPoint: Math.round(-low / scale) };
}

export interface QuantizedWeights {
  readonly data: Int8Array;
  /** One a channel. */
  readonly scales: Float32Array;
}

export interface WeightOptions {
  /** Scale of what the weights are multiplied by. */
  readonly inputScale: number;
  /** Biases that must fit int32 at the product of both scales. */
  readonly biases?: Float32Array;
}

/** Symmetric int8 of −127 to 127, a scale for each channel along `axis`. */
export function quantizeWeights(
  { shape, data }: Initializer & { readonly data: Float32Array },
  axis: number,
  { inputScale, biases }: WeightOptions,
): QuantizedWeights {
  const channels = shape[axis]!;
  const inner = shape.slice(axis + 1).reduce((a, b) => a * b, 1);
  const channelOf = (at: number) => Math.floor(at / inner) % channels;
  const largest = new Float64Array(channels);
  data.forEach((value, at) => {
    const channel = channelOf(at);
    largest[channel] = Math.max(largest[channel]!, Math.abs(value));
  });
  const scales = Float32Array.from(largest, (value, channel) => {
    const least = Math.abs(biases?.[channel] ?? 0) / inputScale / largestInt32;
    return Math.max(value / 127, least) || 1;
  });
  const quantized = Int8Array.from(
    data,
    (value, at) => Math.max(-127, Math.min(127, Math.round(value / scales[channelOf(at)]!))),
  );
  return { data: quantized, scales };
}

const largestInt32 = 2 ** 31 - 1;

/** int32, a scale for each. */
export function quantizeBias(biases: Float32Array, scales: Float32Array): Int32Array {
  return Int32Array.from(biases, (value, at) => {
    const rounded = Math.round(value / scales[at]!);
    return Math.max(-largestInt32, Math.min(largestInt32, rounded));
  });
}
