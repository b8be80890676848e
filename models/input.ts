// Image → the numbers a graph takes. Knows no provider and no tensor class.

import type { Image } from "./image.ts";
import { resizeImage } from "./resize.ts";

/** What a graph wants; the `input` of a card fits. */
export interface InputSpec {
  /** Pixels in a row. */
  readonly width: number;
  /** Rows. */
  readonly height: number;
  /** Per channel, in 0..1. */
  readonly mean: readonly [number, number, number];
  /** Per channel, in 0..1. */
  readonly std: readonly [number, number, number];
}

/**
 * Writes an image as planar `[3, H, W]`, each `(v / 255 − mean) / std`, resizing it first when needed.
 * `out` with `offset` (in numbers) lets a batch `[N, 3, H, W]` be filled image by image; a new array is
 * made when it is absent. Throws RangeError when `out` is too short.
 */
export function toInput(
  image: Image,
  spec: InputSpec,
  out?: Float32Array,
  offset = 0,
): Float32Array {
  const { width, height, mean, std } = spec;
  const plane = width * height;
  out ??= new Float32Array(offset + 3 * plane);
  if (offset < 0 || out.length < offset + 3 * plane) {
    throw new RangeError(
      `Cannot write a [3, ${height}, ${width}] input at ${offset}: out has ${out.length} numbers`,
    );
  }
  const { data } = resizeImage(image, width, height);
  for (let channel = 0; channel < 3; channel++) {
    const table = inputValues(mean[channel]!, std[channel]!);
    const start = offset + channel * plane;
    for (let i = 0, from = channel; i < plane; i++, from += 3) out[start + i] = table[data[from]!]!;
  }
  return out;
}

/** What each of the 256 values of a channel becomes: a table keeps the division out of loops, and exact. */
export function inputValues(mean: number, std: number): Float32Array<ArrayBuffer> {
  return Float32Array.from({ length: 256 }, (_, v) => (v / 255 - mean) / std);
}
