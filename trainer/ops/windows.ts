// Windows of images: what a network needs to know of them when it has weights for each place. Knows no tensor.

import type { ImageSize, Network, Shape } from "./ops.ts";
import { plan } from "./plan.ts";

/** Where the images of a batch were cut out. */
export interface Windows {
  /** Size of the images they were cut out of, in pixels. */
  readonly whole: ImageSize;
  /** First column and row of each window, in pixels; multiples of `placeSize()`. */
  readonly starts: readonly { readonly left: number; readonly top: number }[];
}

/** Of a window whose side is `crop` pixels where the image has as many. */
export function windowSize({ width, height }: ImageSize, crop: number): ImageSize {
  return { width: Math.min(crop, width), height: Math.min(crop, height) };
}

/** Where windows may begin so that each of several networks has places for them: multiples of this many pixels. */
export function commonGrid(placeSizes: readonly number[]): number {
  return placeSizes.reduce((grid, side) => grid * side / greatestCommonDivisor(grid, side), 1);
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

/** Side in pixels of the square that each place of a network has weights for; 1 for one that is alike everywhere. */
export function placeSize(network: Network, whole: ImageSize): number {
  const position = plan(network, whole).weights.find(({ role }) => role === "position");
  return position === undefined ? 1 : sideOf(position.shape, whole);
}

/** How the rows of a position weight lie on the images that it is for: row by row, readouts before them. */
export interface PlaceGrid {
  /** Of a place, in pixels. */
  readonly side: number;
  readonly columns: number;
  /** Rows of the weight that are no place: 1 for a readout token's, or 0. */
  readonly readouts: number;
}

/** @param position `[T,C]`, or `[T+1,C]` with a readout token's. */
export function placeGrid(position: Shape, whole: ImageSize): PlaceGrid {
  const side = sideOf(position, whole);
  const columns = whole.width / side;
  return { side, columns, readouts: position[0]! - columns * whole.height / side };
}

/** A readout's row, if there is one, is too little to change the root. */
function sideOf([rows = 1]: Shape, { width, height }: ImageSize): number {
  const side = Math.sqrt(width * height / rows);
  return Math.abs(side - Math.round(side)) < 1e-9 ? side : Math.sqrt(width * height / (rows - 1));
}
