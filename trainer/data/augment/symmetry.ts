// The eight symmetries of a square: every pixel keeps its value and moves. Knows nothing between two pixels.

import type { LoadedSample } from "../sample_cache.ts";
import type { Augmentation } from "./augmentation.ts";

/** Mirrors left and right, half of the time. */
export const flipX: Augmentation = (sample, random) =>
  random.next() < 0.5 ? mirrorX(sample) : sample;

/** Mirrors top and bottom, half of the time. */
export const flipY: Augmentation = (sample, random) =>
  random.next() < 0.5 ? mirrorY(sample) : sample;

/** Turns by 0, 1, 2 or 3 quarters; an image that is not square, whose size may not change, by 0 or 2. */
export const turn: Augmentation = (sample, random) => {
  const { width, height } = sample.image;
  return quarterTurns(sample, width === height ? random.int(4) : 2 * random.int(2));
};

/** Left becomes right. */
export function mirrorX(sample: LoadedSample): LoadedSample {
  const { width, height } = sample.image;
  return moved(sample, { width, height, first: width - 1, stepX: -1, stepY: width });
}

/** Top becomes bottom. */
export function mirrorY(sample: LoadedSample): LoadedSample {
  const { width, height } = sample.image;
  return moved(sample, { width, height, first: (height - 1) * width, stepX: 1, stepY: -width });
}

/** Turns clockwise; after an odd number of quarters width and height have changed places. */
export function quarterTurns(sample: LoadedSample, quarters: number): LoadedSample {
  const { width, height } = sample.image;
  const last = width * height - 1;
  switch (quarters) {
    case 1:
      return moved(sample, {
        ...{ width: height, height: width },
        ...{ first: last - width + 1, stepX: -width, stepY: 1 },
      });
    case 2:
      return moved(sample, { width, height, first: last, stepX: -1, stepY: -width });
    case 3:
      return moved(sample, {
        ...{ width: height, height: width },
        ...{ first: width - 1, stepX: width, stepY: -1 },
      });
    default:
      return sample;
  }
}

/** A straight way through the pixels of the source. */
interface Walk {
  readonly width: number;
  readonly height: number;
  /** The source pixel that is shown at (0, 0), and how far it is from there to that of (1, 0) and of (0, 1). */
  readonly first: number;
  readonly stepX: number;
  readonly stepY: number;
}

function moved({ image, mask }: LoadedSample, walk: Walk): LoadedSample {
  const { width, height, first, stepX, stepY } = walk;
  const pixels = new Uint8Array(image.data.length);
  const defects = new Uint8Array(mask.data.length);
  for (let y = 0, to = 0; y < height; y++) {
    let from = first + y * stepY;
    for (let x = 0; x < width; x++, to++, from += stepX) {
      defects[to] = mask.data[from]!;
      pixels[to * 3] = image.data[from * 3]!;
      pixels[to * 3 + 1] = image.data[from * 3 + 1]!;
      pixels[to * 3 + 2] = image.data[from * 3 + 2]!;
    }
  }
  return { image: { width, height, data: pixels }, mask: { width, height, data: defects } };
}
