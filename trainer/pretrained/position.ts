// Fits a learned position embedding to a grid of patches of another size. Knows no file.

import type { ImageSize } from "../ops/ops.ts";

/**
 * Resizes the grid of a position embedding by bicubic convolution (Keys 1981), as PyTorch's
 * `interpolate(mode="bicubic", align_corners=False, antialias=False)` does it. The first row, the readout token's, is kept.
 *
 * @param rows `[1 + from.height · from.width, channels]`.
 * @param from Rows and columns of patches that the embedding was learned for.
 * @param to Rows and columns of patches that are wanted.
 * @returns `[1 + to.height · to.width, channels]`.
 */
export function resizePosition(
  rows: Float32Array,
  channels: number,
  from: ImageSize,
  to: ImageSize,
): Float32Array {
  const resized = new Float32Array((1 + to.height * to.width) * channels);
  resized.set(rows.subarray(0, channels));
  const [tapsDown, tapsAcross] = [taps(from.height, to.height), taps(from.width, to.width)];
  const sum = new Float64Array(channels);
  for (const [y, down] of tapsDown.entries()) {
    for (const [x, across] of tapsAcross.entries()) {
      sum.fill(0);
      for (const { index: row, weight: vertical } of down) {
        for (const { index: column, weight: horizontal } of across) {
          const place = 1 + row * from.width + column;
          const weight = vertical * horizontal;
          for (let c = 0; c < channels; c++) sum[c]! += weight * rows[place * channels + c]!;
        }
      }
      resized.set(sum, (1 + y * to.width + x) * channels);
    }
  }
  return resized;
}

interface Tap {
  readonly index: number;
  readonly weight: number;
}

/** For each of `to` places, the four nearest of `from`; beyond the border its own value goes on. */
function taps(from: number, to: number): Tap[][] {
  return Array.from({ length: to }, (_, i) => {
    const centre = (i + 0.5) * from / to - 0.5;
    const first = Math.floor(centre) - 1;
    return [0, 1, 2, 3].map((offset) => ({
      index: Math.min(Math.max(first + offset, 0), from - 1),
      weight: cubic(Math.abs(centre - first - offset)),
    }));
  });
}

/** Keys' kernel with PyTorch's a = −0.75 at a distance of 0 to 2. */
function cubic(distance: number): number {
  const a = -0.75;
  return distance <= 1
    ? ((a + 2) * distance - (a + 3)) * distance ** 2 + 1
    : a * (((distance - 5) * distance + 8) * distance - 4);
}
