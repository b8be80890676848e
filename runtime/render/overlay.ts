// The frame with its defects marked, for people to look at.

import type { Image, Mask } from "../../models/image.ts";
import { resizeMaskNearest } from "../../models/resize.ts";

const COLOUR = [255, 32, 64] as const;
const TINT = 0.35;

/**
 * The frame with the mask tinted and an outline around it, in the frame's size. The outline lies outside
 * the mask, so that a defect of one pixel's width is still seen; its width is 1/256 of the shorter side.
 *
 * @param mask of any size; resized to the frame by nearest neighbour.
 */
export function renderOverlay(frame: Image, mask: Mask): Image {
  const { width, height } = frame;
  const fitted = resizeMaskNearest(mask, width, height).data;
  const outline = Math.max(1, Math.round(Math.min(width, height) / 256));
  const near = grow(grow(fitted, width, height, 1, outline), width, height, width, outline);
  const data = Uint8Array.from(frame.data);
  for (let i = 0; i < near.length; i++) {
    if (near[i] === 0) continue;
    const strength = fitted[i] === 1 ? TINT : 1;
    for (let channel = 0; channel < 3; channel++) {
      const value = data[i * 3 + channel]!;
      data[i * 3 + channel] = Math.round(value + (COLOUR[channel]! - value) * strength);
    }
  }
  return { width, height, data };
}

/** Sets every pixel that has a set pixel within `reach` along one axis: `step` is 1 for x, width for y. */
function grow(
  mask: Uint8Array,
  width: number,
  height: number,
  step: number,
  reach: number,
): Uint8Array {
  const grown = new Uint8Array(mask.length);
  const length = step === 1 ? width : height;
  for (let at = mask.indexOf(1); at !== -1; at = mask.indexOf(1, at + 1)) {
    const position = step === 1 ? at % width : Math.floor(at / width);
    const back = Math.min(reach, position);
    const ahead = Math.min(reach, length - 1 - position);
    for (let offset = -back; offset <= ahead; offset++) grown[at + offset * step] = 1;
  }
  return grown;
}
