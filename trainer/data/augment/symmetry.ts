// The eight symmetries of a square: every pixel keeps its value and moves. Knows nothing between two pixels.

import type { LoadedSample } from "../sample_cache.ts";
import type { Augmentation } from "./augmentation.ts";

/** Mirrors left and right, half of the time. */
export const flipX: Augmentation = (sample, random) =>
  random.next() < 0.5 ? mirrorX(sample) : sample;

/** Mirrors top and bottom, half of the time. */
export const flipY: Augmentation = (sample, random) =>
  random.next() < 0.5 ? mirrorY(sample) : sample;

/** Turns by 0, 1, 2 or 3 quarters; by 0 or 2 where one quarter would change the image's size or the part's shape. */
export const turn: Augmentation = (sample, random) =>
  quarterTurns(sample, staysItself(sample) ? random.int(4) : 2 * random.int(2));

/** Whether a quarter turn looks like a turned part. A twentieth is what a part nearer to the lens on one side has too. */
function staysItself({ image: { width, height }, pixelAspect = 1 }: LoadedSample): boolean {
  return width === height && Math.abs(Math.log(pixelAspect)) < 0.05;
}

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

/** Turns clockwise; after an odd number of quarters width and height of the image and of a pixel have changed places. */
export function quarterTurns(sample: LoadedSample, quarters: number): LoadedSample {
  const { width, height } = sample.image;
  const last = width * height - 1;
  switch (quarters) {
    case 1:
      return moved(onItsSide(sample), {
        ...{ width: height, height: width },
        ...{ first: last - width + 1, stepX: -width, stepY: 1 },
      });
    case 2:
      return moved(sample, { width, height, first: last, stepX: -1, stepY: -width });
    case 3:
      return moved(onItsSide(sample), {
        ...{ width: height, height: width },
        ...{ first: width - 1, stepX: width, stepY: -1 },
      });
    default:
      return sample;
  }
}

/** Its pixels as they are when it is turned by a quarter. */
function onItsSide({ pixelAspect = 1, ...sample }: LoadedSample): LoadedSample {
  return { ...sample, pixelAspect: 1 / pixelAspect };
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

function moved(sample: LoadedSample, walk: Walk): LoadedSample {
  const { image, mask } = sample;
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
  return {
    ...sample,
    image: { width, height, data: pixels },
    mask: { width, height, data: defects },
  };
}
