// Windows of images: what a network needs to know of them when it has weights for each place.

import type { ImageSize, Network, Shape } from "./ops.ts";
import { plan } from "./plan.ts";

/** Where the images of a batch were cut out. */
export interface Windows {
  /** Size of the images they were cut out of, in pixels. */
  readonly whole: ImageSize;
  /** First column and row of each window, in pixels; multiples of `placeSize()`. */
  readonly starts: readonly { readonly left: number; readonly top: number }[];
}

/** Side in pixels of the square that each place of a network has weights for; 1 for one that is alike everywhere. */
export function placeSize(network: Network, whole: ImageSize): number {
  const position = plan(network, whole).weights.find(({ role }) => role === "position");
  return position === undefined ? 1 : sideOf(position.shape, whole);
}

/**
 * Rows of a position weight `[T,C]`, or `[T+1,C]` with a readout token's, that belong to the tokens of each window, window by
 * window.
 *
 * @param size Of a window, in pixels.
 */
export function rowsOfWindows(
  position: Shape,
  { whole, starts }: Windows,
  size: ImageSize,
): Int32Array {
  const side = sideOf(position, whole);
  const [columns, rows] = [whole.width / side, whole.height / side];
  const readouts = position[0]! - columns * rows; // 0 or 1, and in front
  const indices: number[] = [];
  for (const { left, top } of starts) {
    if (readouts > 0) indices.push(0);
    for (let y = top / side; y < (top + size.height) / side; y++) {
      for (let x = left / side; x < (left + size.width) / side; x++) {
        indices.push(readouts + y * columns + x);
      }
    }
  }
  return Int32Array.from(indices);
}

/** A readout's row, if there is one, is too little to change the root. */
function sideOf([rows = 1]: Shape, { width, height }: ImageSize): number {
  const side = Math.sqrt(width * height / rows);
  return Math.abs(side - Math.round(side)) < 1e-9 ? side : Math.sqrt(width * height / (rows - 1));
}
