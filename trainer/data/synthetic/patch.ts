// Where a synthetic defect lies: irregular shapes from a few pixels to a twelfth of the image. Knows no colour.

import type { Random } from "../../../models/random.ts";
import { perlin } from "./perlin.ts";

/** A window of an image and how much of each of its pixels a defect covers. */
export interface Patch {
  /** Pixels of the window's corner in the image; the window lies within the image. */
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  /** `[height, width]`, 0..1; from 0.5 on a pixel belongs to the defect. */
  readonly cover: Float32Array;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/**
 * One piece: an ellipse of up to sixteen times its breadth, bent and frayed by noise. From 0.02 % to 4 % of the image, as
 * many small ones as large ones, and never thinner than 1.5 pixels: scratches, chips, stains.
 */
export function drawPiece(size: Size, random: Random): Patch {
  const area = logUniform(random, 2e-4, 4e-2) * size.width * size.height;
  const elongation = logUniform(random, 1, 16);
  const breadth = Math.max(0.75, Math.sqrt(area / Math.PI / elongation));
  const length = Math.max(breadth, area / Math.PI / breadth);
  const angle = Math.PI * random.next();
  const [middleX, middleY] = [random.next() * size.width, random.next() * size.height];
  const bend = (0.5 + random.next()) * Math.sqrt(length * breadth);

  const [alongX, alongY] = [Math.cos(angle), Math.sin(angle)];
  const reachX = length * Math.abs(alongX) + (breadth + bend) * Math.abs(alongY) + 1;
  const reachY = length * Math.abs(alongY) + (breadth + bend) * Math.abs(alongX) + 1;
  const window = windowOf(size, { middleX, middleY, reachX, reachY });
  const wavy = perlin(window, { cellsX: 2, cellsY: 2, octaves: 4 }, random);
  const cover = wavy.map((wave, at) => {
    const x = window.left + at % window.width + 0.5 - middleX;
    const y = window.top + Math.floor(at / window.width) + 0.5 - middleY;
    const along = (x * alongX + y * alongY) / length;
    const aside = (y * alongX - x * alongY + bend * wave) / breadth;
    // About the pixels to the edge, so that the edge is one pixel soft.
    return unit(0.5 + (1 - Math.sqrt(along * along + aside * aside)) * breadth);
  });
  return { ...window, cover };
}

/**
 * Many pieces: where noise over the whole image is above a level, chosen so that 0.05 % to 8 % of the image is covered
 * (after Zavrtanik et al., "DRAEM", ICCV 2021, section 3.2, who fix the level).
 */
export function drawPieces(size: Size, random: Random): Patch {
  const [cellsX, cellsY] = [2 ** (1 + random.int(4)), 2 ** (1 + random.int(4))];
  const field = perlin(size, { cellsX, cellsY, octaves: 1 + random.int(3) }, random);
  const level = levelAbove(field, logUniform(random, 5e-4, 8e-2));
  // About what the noise climbs over one pixel.
  const slope = Math.max(cellsX / size.width, cellsY / size.height);
  return { left: 0, top: 0, ...size, cover: field.map((v) => unit(0.5 + (v - level) / slope)) };
}

/** The level that the share of the values is above, to a thousandth of the range −1..1. */
function levelAbove(values: Float32Array, share: number): number {
  const counts = new Uint32Array(2001);
  for (let i = 0; i < values.length; i++) counts[Math.floor(1000 * values[i]!) + 1000]!++;
  let [bin, above] = [2000, 0];
  while (bin > 0 && above < share * values.length) above += counts[bin--]!;
  return (bin + 1) / 1000 - 1;
}

function windowOf(
  { width, height }: Size,
  at: { middleX: number; middleY: number; reachX: number; reachY: number },
) {
  const left = Math.max(0, Math.floor(at.middleX - at.reachX));
  const top = Math.max(0, Math.floor(at.middleY - at.reachY));
  const right = Math.min(width, Math.ceil(at.middleX + at.reachX));
  const bottom = Math.min(height, Math.ceil(at.middleY + at.reachY));
  return { left, top, width: right - left, height: bottom - top };
}

/** Between `low` and `high`, every doubling as likely as the next. */
function logUniform(random: Random, low: number, high: number): number {
  return low * (high / low) ** random.next();
}

function unit(value: number): number {
  return Math.min(1, Math.max(0, value));
}
