// Makes a sound part defective: a shape, a texture, one laid over the other. Decides nothing about which parts.

import type { Image } from "../../../models/image.ts";
import type { Random } from "../../../models/random.ts";
import type { LoadedSample } from "../sample_cache.ts";
import { drawPiece, drawPieces, type Patch } from "./patch.ts";
import { cutTexture, noiseTexture } from "./texture.ts";

/** Mean grey levels that a defect changes at least: what nobody sees must not be learned. */
const visibleChange = 10;
const mostTries = 5;

/**
 * Adds a defect and its outline. Shape and texture are drawn for themselves: one piece or many, cut from the donor or
 * made of noise. A defect that can hardly be seen is drawn again; after five tries the sample stays as it is.
 *
 * @param donor Where patches are cut from; may be the sample's own image.
 */
export function addDefect(sample: LoadedSample, donor: Image, random: Random): LoadedSample {
  for (let attempt = 0; attempt < mostTries; attempt++) {
    const ofTry = random.fork(attempt);
    const patch = (ofTry.next() < 0.5 ? drawPiece : drawPieces)(sample.image, ofTry);
    const texture = ofTry.next() < 0.5
      ? cutTexture(donor, patch, ofTry)
      : noiseTexture(patch, ofTry);
    const opacity = 0.4 + 0.6 * ofTry.next();
    const { changed, meanChange } = overlay(sample, patch, texture, opacity);
    if (meanChange >= visibleChange) return changed;
  }
  return sample;
}

/**
 * Lays a texture of the patch's size over the image; pixels of which it covers at least half become part of the mask.
 *
 * @returns `meanChange` in grey levels over these pixels; 0 when there is none.
 */
export function overlay(
  { image, mask }: LoadedSample,
  { left, top, width, height, cover }: Patch,
  texture: Image,
  opacity: number,
): { readonly changed: LoadedSample; readonly meanChange: number } {
  const pixels = image.data.slice();
  const defects = mask.data.slice();
  let [change, count] = [0, 0];
  for (let y = 0, at = 0; y < height; y++) {
    let to = (top + y) * image.width + left;
    for (let x = 0; x < width; x++, at++, to++) {
      const covered = cover[at]!;
      if (covered === 0) continue;
      const isDefect = covered >= 0.5;
      if (isDefect) {
        defects[to] = 1;
        count++;
      }
      for (let channel = 0; channel < 3; channel++) {
        const before = pixels[to * 3 + channel]!;
        const moved = covered * opacity * (texture.data[at * 3 + channel]! - before);
        pixels[to * 3 + channel] = before + moved + 0.5;
        if (isDefect) change += Math.abs(moved);
      }
    }
  }
  return {
    changed: { image: { ...image, data: pixels }, mask: { ...mask, data: defects } },
    meanChange: count === 0 ? 0 : change / count / 3,
  };
}
