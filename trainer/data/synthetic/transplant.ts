// Moves a real defect onto a sound part: one label seen on many parts. Decides nothing about which.

import type { Mask } from "../../../models/image.ts";
import type { Random } from "../../../models/random.ts";
import { cutOut } from "../crop.ts";
import type { LoadedSample } from "../sample_cache.ts";
import { overlay } from "./defect.ts";
import type { Patch } from "./patch.ts";

/** Pixels around the outline over which the two images become one. */
const seam = 3;
/** Places that are compared. More find better ones, and the same ones again and again. */
const places = 32;

/**
 * Lays the defect of a donor over a sample, after Ghiasi et al., "Simple Copy-Paste", CVPR 2021. Of 32 places, its own, half
 * of the others near it and half anywhere, it goes to where the pixels around its outline change least: a nick of a thread
 * lands on a thread. Without a defect in the donor the sample stays as it is.
 *
 * @param donor Of the sample's size.
 */
export function transplant(
  sample: LoadedSample,
  donor: LoadedSample,
  random: Random,
): LoadedSample {
  const patch = outline(donor.mask);
  if (patch === undefined) return sample;
  const around = seamOf(patch);
  let [best, least] = [patch, Infinity];
  for (let attempt = 0; attempt < places; attempt++) {
    const moved = attempt === 0 ? patch : shifted(patch, sample.mask, attempt % 2 === 0, random);
    const change = changeAround(sample, donor, around, patch, moved);
    if (change < least) [best, least] = [moved, change];
  }
  return overlay(sample, best, cutOut(donor.image, patch), 1).changed;
}

/** The defects of a mask and the seam around them, that covers less than half; none when there is no defect. */
function outline({ width, height, data }: Mask): Patch | undefined {
  let [left, top, right, bottom] = [width, height, 0, 0];
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at++) {
      if (data[at] === 0) continue;
      left = Math.min(left, x - seam);
      right = Math.max(right, x + seam + 1);
      top = Math.min(top, y - seam);
      bottom = Math.max(bottom, y + seam + 1);
    }
  }
  if (right === 0) return undefined;
  left = Math.max(0, left);
  top = Math.max(0, top);
  const size = { width: Math.min(width, right) - left, height: Math.min(height, bottom) - top };
  const cover = new Float32Array(size.width * size.height);
  for (let y = 0; y < size.height; y++) {
    const row = (top + y) * width + left;
    for (let x = 0; x < size.width; x++) cover[y * size.width + x] = data[row + x]!;
  }
  for (let ring = 1; ring <= seam; ring++) {
    grow(cover, size.width, 0.5 * (1 - ring / (seam + 1)));
  }
  return { left, top, ...size, cover };
}

/** Gives the uncovered neighbours of what is covered a value. */
function grow(cover: Float32Array, width: number, value: number): void {
  const before = cover.slice();
  for (let at = 0; at < cover.length; at++) {
    if (before[at] !== 0) continue;
    const x = at % width;
    const touches = (x > 0 && before[at - 1] !== 0) || (x < width - 1 && before[at + 1] !== 0) ||
      (at >= width && before[at - width] !== 0) ||
      (at + width < cover.length && before[at + width] !== 0);
    if (touches) cover[at] = value;
  }
}

/** Pixels of the patch that are covered, but less than half. */
function seamOf({ cover }: Patch): number[] {
  const around: number[] = [];
  cover.forEach((covered, at) => covered > 0 && covered < 0.5 && around.push(at));
  return around;
}

/** The patch anywhere in the image, or no further than an eighth of its side away. */
function shifted(patch: Patch, { width, height }: Mask, isNear: boolean, random: Random): Patch {
  const start = (from: number, length: number, side: number) => {
    const reach = isNear ? Math.floor(side / 8) : side;
    const first = Math.max(0, from - reach);
    return first + random.int(Math.min(side - length, from + reach) - first + 1);
  };
  const left = start(patch.left, patch.width, width);
  return { ...patch, left, top: start(patch.top, patch.height, height) };
}

/** Mean of the differences between the sample at `to` and the donor at `from`, in grey levels, over the pixels of the seam. */
function changeAround(
  { image }: LoadedSample,
  { image: { data: donor } }: LoadedSample,
  around: readonly number[],
  from: Patch,
  to: Patch,
): number {
  let change = 0;
  for (const at of around) {
    const x = at % from.width;
    const y = (at - x) / from.width;
    const there = ((to.top + y) * image.width + to.left + x) * 3;
    const here = ((from.top + y) * image.width + from.left + x) * 3;
    for (let channel = 0; channel < 3; channel++) {
      change += Math.abs(image.data[there + channel]! - donor[here + channel]!);
    }
  }
  return change / Math.max(1, around.length) / 3;
}
