// An image with the outlines of what is there and of what was found, for people to compare.

import type { Image, Mask } from "../../models/image.ts";

type Colour = readonly [red: number, green: number, blue: number];

/** Far apart in hue and in lightness, so that neither colour blindness nor grey print makes them one. */
export const truthColour: Colour = [64, 232, 255];
export const predictedColour: Colour = [255, 32, 64];

/**
 * Draws the outlines around both masks. They lie outside the masks, so that a defect of one pixel's width is still
 * seen; their width is 1/256 of the shorter side. Where they coincide they take turns.
 *
 * @throws RangeError when the sizes differ.
 */
export function drawOutlines(image: Image, truth: Mask, predicted: Mask): Image {
  const { width, height } = image;
  for (const mask of [truth, predicted]) {
    if (mask.width !== width || mask.height !== height) {
      throw new RangeError(
        `Cannot draw a mask of ${mask.width}×${mask.height} on an image of ${width}×${height}`,
      );
    }
  }
  const reach = Math.max(1, Math.round(Math.min(width, height) / 256));
  const [aroundTruth, aroundPredicted] = [outline(truth, reach), outline(predicted, reach)];
  const data = Uint8Array.from(image.data);
  for (let at = 0; at < truth.data.length; at++) {
    const [isTruth, isPredicted] = [aroundTruth[at] === 1, aroundPredicted[at] === 1];
    if (!isTruth && !isPredicted) continue;
    const isTruthsTurn = (at % width + Math.floor(at / width)) % (8 * reach) < 4 * reach;
    const showsTruth = isTruth && (!isPredicted || isTruthsTurn);
    data.set(showsTruth ? truthColour : predictedColour, 3 * at);
  }
  return { width, height, data };
}

/** The pixels outside a mask that have one of it within `reach` rows and columns. */
function outline({ width, height, data }: Mask, reach: number): Uint8Array {
  const around = new Uint8Array(data.length);
  for (let at = data.indexOf(1); at !== -1; at = data.indexOf(1, at + 1)) {
    const [x, y] = [at % width, Math.floor(at / width)];
    const [left, right] = [Math.max(x - reach, 0), Math.min(x + reach, width - 1)];
    const bottom = Math.min(y + reach, height - 1);
    for (let row = Math.max(y - reach, 0); row <= bottom; row++) {
      around.fill(1, row * width + left, row * width + right + 1);
    }
  }
  return around.map((value, at) => value & ~data[at]!);
}
