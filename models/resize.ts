// The one way pictures change size: what the trainer learned on is what the runtime feeds. Knows no tensor layout.

import type { Image, Mask } from "./image.ts";

/** The filter along one axis. For every output position: the first input position and the weights from there on. */
export interface Taps {
  /** `[out]` first input position. */
  readonly first: Int32Array;
  /** `[out]` number of weights. */
  readonly count: Int32Array;
  /** `[out, stride]`, each row sums to 1. */
  readonly weights: Float64Array;
  readonly stride: number;
}

const CACHED_TAPS = 16;
const tapsCache = new Map<string, Taps>();

/**
 * Resizes with a separable triangle filter: half-pixel centres, support widened when shrinking
 * (antialiased), weights normalized at the edges; the same filter as Pillow's `BILINEAR`. Columns are
 * summed in double and kept in float32, and only the end result is rounded (half up), where Pillow
 * rounds to 8 bits after each pass: the two differ by at most one grey level.
 *
 * Returns the same object when the size is already right. Throws RangeError when a size is not a
 * positive integer.
 */
export function resizeImage(image: Image, width: number, height: number): Image {
  checkSize(width, height);
  if (image.width === width && image.height === height) return image;
  const wide = resizeColumns(image, width);
  return { width, height, data: resizeRows(wide, width * 3, image.height, height) };
}

/**
 * Resizes a mask by the nearest pixel centre, so it stays 0 or 1: for showing. What is compared goes by `resizeTruth`. Throws RangeError on a size
 * that is not a positive integer.
 */
export function resizeMaskNearest(mask: Mask, width: number, height: number): Mask {
  checkSize(width, height);
  if (mask.width === width && mask.height === height) return mask;
  const data = new Uint8Array(width * height);
  for (let y = 0, to = 0; y < height; y++) {
    const row = Math.floor((y + 0.5) * mask.height / height) * mask.width;
    for (let x = 0; x < width; x++, to++) {
      data[to] = mask.data[row + Math.floor((x + 0.5) * mask.width / width)]!;
    }
  }
  return { width, height, data };
}

/** `[h, w, 3]` bytes → `[h, width, 3]` floats. */
function resizeColumns(image: Image, width: number): Float32Array | Uint8Array {
  if (image.width === width) return image.data;
  const { first, count, weights, stride } = tapsFor(image.width, width);
  const { data } = image;
  const wide = new Float32Array(image.height * width * 3);
  for (let y = 0, to = 0; y < image.height; y++) {
    const row = y * image.width * 3;
    for (let x = 0; x < width; x++, to += 3) {
      let from = row + first[x]! * 3;
      let r = 0, g = 0, b = 0;
      for (let k = x * stride, end = k + count[x]!; k < end; k++, from += 3) {
        const weight = weights[k]!;
        r += weight * data[from]!;
        g += weight * data[from + 1]!;
        b += weight * data[from + 2]!;
      }
      wide[to] = r;
      wide[to + 1] = g;
      wide[to + 2] = b;
    }
  }
  return wide;
}

/** `[rows, rowLength]` floats → `[height, rowLength]` bytes. */
function resizeRows(
  wide: Float32Array | Uint8Array,
  rowLength: number,
  rows: number,
  height: number,
): Uint8Array {
  const { first, count, weights, stride } = tapsFor(rows, height);
  const data = new Uint8Array(height * rowLength);
  const sums = new Float64Array(rowLength);
  for (let y = 0; y < height; y++) {
    sums.fill(0.5); // the rounding
    for (let k = 0; k < count[y]!; k++) {
      const weight = weights[y * stride + k]!;
      const from = (first[y]! + k) * rowLength;
      for (let i = 0; i < rowLength; i++) sums[i]! += weight * wide[from + i]!;
    }
    const to = y * rowLength;
    // The weights are positive and sum to 1, so this stays below 256.
    for (let i = 0; i < rowLength; i++) data[to + i] = sums[i]!;
  }
  return data;
}

/** The filter of {@linkcode resizeImage} along one axis, from `size` to `outSize` positions. Not to be changed: it is kept. */
export function tapsFor(size: number, outSize: number): Taps {
  const key = `${size}/${outSize}`;
  const cached = tapsCache.get(key);
  if (cached) return cached;
  const taps = triangleTaps(size, outSize);
  if (tapsCache.size >= CACHED_TAPS) tapsCache.delete(tapsCache.keys().next().value!);
  tapsCache.set(key, taps);
  return taps;
}

function triangleTaps(size: number, outSize: number): Taps {
  const scale = size / outSize;
  const support = Math.max(scale, 1);
  const stride = Math.ceil(support) * 2 + 1;
  const first = new Int32Array(outSize);
  const count = new Int32Array(outSize);
  const weights = new Float64Array(outSize * stride);
  for (let x = 0; x < outSize; x++) {
    const center = (x + 0.5) * scale;
    const begin = Math.max(0, Math.floor(center - support + 0.5));
    const end = Math.min(size, Math.floor(center + support + 0.5));
    let sum = 0;
    for (let i = begin; i < end; i++) {
      const weight = Math.max(0, 1 - Math.abs(i + 0.5 - center) / support);
      weights[x * stride + i - begin] = weight;
      sum += weight;
    }
    for (let k = 0; k < end - begin; k++) weights[x * stride + k]! /= sum;
    first[x] = begin;
    count[x] = end - begin;
  }
  return { first, count, weights, stride };
}

/** @throws RangeError when one is not a positive integer. */
export function checkSize(width: number, height: number): void {
  if (!Number.isInteger(width) || !Number.isInteger(height) || width < 1 || height < 1) {
    throw new RangeError(`Cannot resize to ${width}×${height}: both must be positive integers`);
  }
}
