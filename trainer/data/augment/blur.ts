// A lens a little out of focus. Never touches the mask: the defect is where it was.

import type { Image } from "../../../models/image.ts";
import type { Augmentation } from "./augmentation.ts";

/** A standard deviation of 0.4 to 1 pixel, three of ten times: more would teach that fine scratches are faint. */
export const blur: Augmentation = ({ image, mask }, random) =>
  random.next() < 0.7
    ? { image, mask }
    : { image: blurred(image, 0.4 + 0.6 * random.next()), mask };

/**
 * Blurs by a Gaussian, rows and then columns, the border replicated. Its five taps hold all but a hundredth of a Gaussian
 * whose standard deviation is 1 pixel.
 */
export function blurred({ width, height, data }: Image, deviation: number): Image {
  const [tap1, tap2] = [1, 2].map((distance) => Math.exp(-(distance ** 2) / (2 * deviation ** 2)));
  const sum = 1 + 2 * tap1! + 2 * tap2!;
  const [middle, near, far] = [1 / sum, tap1! / sum, tap2! / sum];
  const stride = width * 3;

  const wide = new Float32Array(data.length);
  const padded = new Float32Array(stride + 12);
  for (let row = 0; row < data.length; row += stride) {
    for (let i = 0; i < 6; i++) {
      padded[i] = data[row + i % 3]!;
      padded[stride + 6 + i] = data[row + stride - 3 + i % 3]!;
    }
    padded.set(data.subarray(row, row + stride), 6);
    for (let i = 0; i < stride; i++) {
      wide[row + i] = middle * padded[i + 6]! + near * (padded[i + 3]! + padded[i + 9]!) +
        far * (padded[i]! + padded[i + 12]!);
    }
  }

  const changed = new Uint8Array(data.length);
  const rowAt = (y: number) => Math.min(height - 1, Math.max(0, y)) * stride;
  for (let y = 0; y < height; y++) {
    const [above2, above, row, below, below2] = [-2, -1, 0, 1, 2].map((dy) => rowAt(y + dy)) as [
      ...[number, number, number, number, number],
    ];
    for (let i = 0; i < stride; i++) {
      // The taps are positive and sum to 1, so this stays below 256.
      changed[row + i] = middle * wide[row + i]! + near * (wide[above + i]! + wide[below + i]!) +
        far * (wide[above2 + i]! + wide[below2 + i]!) + 0.5;
    }
  }
  return { width, height, data: changed };
}
