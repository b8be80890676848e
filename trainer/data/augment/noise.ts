// The noise of a sensor: every value of every pixel for itself.

import type { Image } from "../../../models/image.ts";
import { type Random, xoshiro128 } from "../../../models/random.ts";
import type { Augmentation } from "./augmentation.ts";

/** A standard deviation of up to 5 grey levels, half of the time. */
export const noise: Augmentation = ({ image, mask }, random) =>
  random.next() < 0.5 ? { image, mask } : { image: noisy(image, 5 * random.next(), random), mask };

/** Sum of four bytes: mean 510, variance 4 · (256² − 1) / 12. */
const bytesMean = 510;
const bytesDeviation = Math.sqrt((256 ** 2 - 1) / 3);

/**
 * Adds noise with a mean of 0 and a standard deviation in grey levels. Its shape is that of the sum of four bytes, near
 * enough to a normal one (kurtosis 2.7, at most 3.4 deviations) and a tenth of the time: one word of the generator a value.
 */
export function noisy({ width, height, data }: Image, deviation: number, random: Random): Image {
  const nextBits = xoshiro128(Array.from({ length: 4 }, () => random.int(2 ** 32)));
  const factor = deviation / bytesDeviation;
  const changed = new Uint8Array(data.length);
  // Rounds and limits to 0..255 as it stores.
  const rounded = new Uint8ClampedArray(changed.buffer);
  for (let i = 0; i < data.length; i++) {
    const bits = nextBits();
    const sum = (bits & 255) + (bits >>> 8 & 255) + (bits >>> 16 & 255) + (bits >>> 24);
    rounded[i] = data[i]! + (sum - bytesMean) * factor;
  }
  return { width, height, data: changed };
}
