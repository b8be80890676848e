// Changes that leave a defect a defect: the eight symmetries of a square, and light.

import type { Random } from "../../models/random.ts";

/** Which pixel goes where, and what happens to its brightness. */
export interface Augmentation {
  readonly mirrorX: boolean;
  readonly mirrorY: boolean;
  /** Swaps rows and columns: with the mirrors, a quarter turn. Only for square images. */
  readonly transpose: boolean;
  /** Values become `gain · value + offset`, in 0..1. */
  readonly gain: number;
  readonly offset: number;
}

export const noAugmentation: Augmentation = {
  mirrorX: false,
  mirrorY: false,
  transpose: false,
  gain: 1,
  offset: 0,
};

/** Draws an augmentation. Light changes by up to a tenth: lamps age, and a defect must not hide behind that. */
export function drawAugmentation(random: Random, isSquare: boolean): Augmentation {
  const coin = () => random.next() < 0.5;
  const around = (spread: number) => (2 * random.next() - 1) * spread;
  return {
    mirrorX: coin(),
    mirrorY: coin(),
    transpose: coin() && isSquare,
    gain: 1 + around(0.1),
    offset: around(0.1),
  };
}

/** Index of the pixel that an augmented image shows at (x, y). */
export function sourceIndex(
  x: number,
  y: number,
  { width, height }: { readonly width: number; readonly height: number },
  { mirrorX, mirrorY, transpose }: Augmentation,
): number {
  const [column, row] = transpose ? [y, x] : [x, y];
  return (mirrorY ? height - 1 - row : row) * width + (mirrorX ? width - 1 - column : column);
}
