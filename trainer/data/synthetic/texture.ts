// What a synthetic defect looks like inside. Knows no shape.

import type { Image } from "../../../models/image.ts";
import type { Random } from "../../../models/random.ts";
import { augment } from "../augment.ts";
import { around } from "../augment/augmentation.ts";
import { perlin } from "./perlin.ts";

interface Size {
  readonly width: number;
  readonly height: number;
}

/**
 * A piece of another place of an image, going round its borders, mirrored and in another light by chance: the patch of Li
 * et al., "CutPaste", CVPR 2021, with the jitter of its colours.
 */
export function cutTexture(donor: Image, { width, height }: Size, random: Random): Image {
  const [left, top] = [random.int(donor.width), random.int(donor.height)];
  const data = new Uint8Array(width * height * 3);
  for (let y = 0, to = 0; y < height; y++) {
    const row = (top + y) % donor.height * donor.width;
    for (let x = 0; x < width; x++, to += 3) {
      const from = (row + (left + x) % donor.width) * 3;
      data[to] = donor.data[from]!;
      data[to + 1] = donor.data[from + 1]!;
      data[to + 2] = donor.data[from + 2]!;
    }
  }
  const mask = { width, height, data: new Uint8Array(width * height) };
  const kinds = ["flipX", "flipY", "turn", "light", "contrast", "gamma"] as const;
  return augment({ image: { width, height, data }, mask }, kinds, random).image;
}

/** Two colours, more or less grey, mixed by noise: dirt, rust, a blank spot. */
export function noiseTexture(size: Size, random: Random): Image {
  const [one, other] = [drawColour(random), drawColour(random)];
  const cells = 2 ** random.int(5);
  const field = perlin(size, { cellsX: cells, cellsY: cells, octaves: 3 }, random);
  const data = new Uint8Array(field.length * 3);
  for (let i = 0, at = 0; i < field.length; i++) {
    const share = 0.5 + 0.5 * field[i]!;
    for (let channel = 0; channel < 3; channel++, at++) {
      data[at] = one[channel]! + (other[channel]! - one[channel]!) * share;
    }
  }
  return { ...size, data };
}

function drawColour(random: Random): Uint8ClampedArray {
  const grey = random.int(256);
  return Uint8ClampedArray.from({ length: 3 }, () => grey + around(random, 40));
}
