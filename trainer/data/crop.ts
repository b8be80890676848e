// A window of a sample: a step over windows costs less, and shows small defects larger. Knows no batch.

import type { Image, Mask } from "../../models/image.ts";
import type { Random } from "../../models/random.ts";
import type { LoadedSample } from "./sample_cache.ts";

/** A part of an image, in its pixels. */
export interface Window {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export interface CropOptions {
  /** Side of the window, in pixels; where the sample has less, its whole width or height is shown. */
  readonly side: number;
  /**
   * A window begins at a multiple of this many pixels. Where it is not 1, it must divide `side` and the sizes of the sample.
   *
   * @default {1}
   */
  readonly grid?: number;
}

/** A window, and its first column and row in the sample. */
export interface CroppedSample extends LoadedSample {
  readonly left: number;
  readonly top: number;
}

/**
 * Cuts out a window. Where there is a defect, one of its pixels, each as likely as the other, is in the window, anywhere in
 * it; else the window lies anywhere.
 */
export function cropSample(
  sample: LoadedSample,
  { side, grid = 1 }: CropOptions,
  random: Random,
): CroppedSample {
  const { width, height, data } = sample.mask;
  const size = { width: Math.min(side, width), height: Math.min(side, height) };
  const placeOf = (at: number) => ({ x: at % width, y: Math.floor(at / width) });
  const defects: number[] = [];
  data.forEach((value, at) => value === 1 && defects.push(at));
  const shown = defects.length > 0 ? placeOf(defects[random.int(defects.length)]!) : undefined;
  const left = grid * startOf(shown?.x, size.width, width, grid, random);
  const top = grid * startOf(shown?.y, size.height, height, grid, random);
  const window = { left, top, ...size };
  return { image: cutOut(sample.image, window), mask: cutOut(sample.mask, window), left, top };
}

/** A window of an image or a mask, which must lie within it. */
export function cutOut(pixels: Image | Mask, { left, top, width, height }: Window): Image | Mask {
  const channels = pixels.data.length / (pixels.width * pixels.height);
  const data = new Uint8Array(width * height * channels);
  for (let y = 0; y < height; y++) {
    const from = ((top + y) * pixels.width + left) * channels;
    data.set(pixels.data.subarray(from, from + width * channels), y * width * channels);
  }
  return { width, height, data };
}

/** Where a window begins along one side, in `grid`: anywhere that keeps it inside, and `shown`, if given, in it. */
function startOf(
  shown: number | undefined,
  window: number,
  size: number,
  grid: number,
  random: Random,
): number {
  const least = shown === undefined ? 0 : Math.ceil(Math.max(0, shown - window + 1) / grid);
  const most = Math.floor(Math.min(size - window, shown ?? Infinity) / grid);
  return least + random.int(most - least + 1);
}
