// The one way pictures change size: what the trainer learned on is what the runtime feeds. Knows no tensor layout.

import type { Image, Mask } from "./image.ts";
import { type Taps, tapsFor, tapsInParts } from "./taps.ts";

/** How many times lower a picture may become before its rows are summed first where it gets wider. */
const MAX_LOWERING = 16;

/**
 * Resizes with a separable triangle filter: half-pixel centres, support widened when shrinking
 * (antialiased), weights normalized at the edges; the same filter as Pillow's `BILINEAR`. Columns are
 * summed in double and kept in float32, and only the end result is rounded (half up), where Pillow
 * rounds to 8 bits after each pass: the two differ by at most one grey level.
 *
 * Beside the result it takes the rows that one row of the result is made of, or a turned copy of a long image: never
 * more than about the image's own size.
 *
 * Returns the same object when the size is already right. Throws RangeError when a size is not a
 * positive integer.
 */
export function resizeImage(image: Image, width: number, height: number): Image {
  checkSize(width, height);
  if (image.width === width && image.height === height) return image;
  // Else each of millions of rows of a few pixels would be made as wide as the result.
  if (image.width < width && image.height > MAX_LOWERING * height) {
    return turned(resizeImage(turned(image), height, width));
  }
  const out = { width, height, data: new Uint8Array(width * height * 3) };
  const rows = tapsFor(image.height, height);
  if (image.width === width) resizeRows(image, undefined, rows, out, 0);
  else {
    for (const [left, columns] of tapsInParts(image.width, width)) {
      resizeRows(image, columns, rows, out, left);
    }
  }
  return out;
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

/**
 * Fills the columns of `out` from `left` on: as many as `columns` has, or all, as they are. A row of the image is made as
 * wide when the first row of the result wants it, and kept for the others that do.
 */
function resizeRows(
  image: Image,
  columns: Taps | undefined,
  { first, count, weights, stride }: Taps,
  out: Image,
  left: number,
): void {
  const length = 3 * (columns?.first.length ?? out.width);
  const kept = Array.from(
    { length: Math.min(stride, image.height) },
    () => new Float32Array(length),
  );
  const sums = new Float64Array(length);
  for (let y = 0, made = 0; y < out.height; y++) {
    sums.fill(0.5); // the rounding
    const last = first[y]! + count[y]! - 1;
    for (; made <= last; made++) resizeRow(image, made, columns, kept[made % kept.length]!);
    let k = y * stride;
    for (let row = first[y]!; row < last; row++, k++) {
      const wide = kept[row % kept.length]!;
      const weight = weights[k]!;
      for (let i = 0; i < length; i++) sums[i]! += weight * wide[i]!;
    }
    const wide = kept[last % kept.length]!;
    const weight = weights[k]!;
    const to = (y * out.width + left) * 3;
    // The weights are positive and sum to 1, so this stays below 256.
    for (let i = 0; i < length; i++) out.data[to + i] = sums[i]! + weight * wide[i]!;
  }
}

/** One row of `[w, 3]` bytes → `[width, 3]` floats. */
function resizeRow(
  { width, data }: Image,
  row: number,
  columns: Taps | undefined,
  wide: Float32Array,
): void {
  if (!columns) return wide.set(data.subarray(row * wide.length, (row + 1) * wide.length));
  const { first, count, weights, stride } = columns;
  for (let x = 0, to = 0; to < wide.length; x++, to += 3) {
    let from = (row * width + first[x]!) * 3;
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

/** Rows as columns. */
function turned({ width, height, data }: Image): Image {
  const size = { width: height, height: width };
  if (width === 1 || height === 1) return { ...size, data };
  const to = new Uint8Array(width * height * 3);
  for (let y = 0, from = 0; y < height; y++) {
    for (let x = 0; x < width; x++, from += 3) {
      const at = (x * height + y) * 3;
      to[at] = data[from]!;
      to[at + 1] = data[from + 1]!;
      to[at + 2] = data[from + 2]!;
    }
  }
  return { ...size, data: to };
}

/** @throws RangeError when one is not a positive integer. */
export function checkSize(width: number, height: number): void {
  if (!Number.isInteger(width) || !Number.isInteger(height) || width < 1 || height < 1) {
    throw new RangeError(`Cannot resize to ${width}×${height}: both must be positive integers`);
  }
}
