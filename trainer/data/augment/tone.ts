// Changes of brightness that are the same all over the image: a table of 256 values each. Never touches the mask.

import type { Image } from "../../../models/image.ts";
import { around, type Augmentation } from "./augmentation.ts";

/** Gain and offset by up to a tenth: lamps age, and a defect must not hide behind that. */
export const light: Augmentation = ({ image, mask }, random) => ({
  image: lit(image, 1 + around(random, 0.1), around(random, 0.1)),
  mask,
});

/** Spreads or narrows the values about the image's mean by up to a fifth, half of the time: haze, a dirty lens. */
export const contrast: Augmentation = ({ image, mask }, random) =>
  random.next() < 0.5
    ? { image, mask }
    : { image: contrasted(image, 1 + around(random, 0.2)), mask };

/** An exponent of 0.8 to 1.25, half of the time: cameras differ in their curve. */
export const gamma: Augmentation = ({ image, mask }, random) =>
  random.next() < 0.5
    ? { image, mask }
    : { image: gammaCorrected(image, 1.25 ** around(random, 1)), mask };

/** Values in 0..1 become `gain · value + offset`. */
export function lit(image: Image, gain: number, offset: number): Image {
  return mapped(image, (value) => gain * value + 255 * offset);
}

/** The difference of every value to the image's mean becomes `gain` times as large. */
export function contrasted(image: Image, gain: number): Image {
  let sum = 0;
  for (let i = 0; i < image.data.length; i++) sum += image.data[i]!;
  const mean = sum / image.data.length;
  return mapped(image, (value) => mean + gain * (value - mean));
}

/** Values in 0..1 become `value ^ exponent`. */
export function gammaCorrected(image: Image, exponent: number): Image {
  return mapped(image, (value) => 255 * (value / 255) ** exponent);
}

/** Rounds and limits what the curve gives to 0..255. */
function mapped({ width, height, data }: Image, curve: (value: number) => number): Image {
  const table = Uint8ClampedArray.from({ length: 256 }, (_, value) => curve(value));
  const changed = new Uint8Array(data.length);
  for (let i = 0; i < data.length; i++) changed[i] = table[data[i]!]!;
  return { width, height, data: changed };
}
