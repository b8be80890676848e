// How the truth comes to a network's size: by area, and no defect gets lost on the way. Knows no network.

import { findComponents } from "./components.ts";
import type { Mask } from "./image.ts";
import { checkSize } from "./resize.ts";

/**
 * The truth at another size: what a network of that size learns, and what every metric compares its masks with.
 *
 * A pixel is defect when at least half of its area is. A region (8-connected, in the mask's own pixels) may lie in
 * pixels of which it takes less, as a speck or a scratch thinner than a pixel does. Where more than half of its area would get
 * lost so, the pixels that hold most of it are defect too, in turn until half of it is kept; those that hold the same come
 * together. So each region is still there, and a thin line stays a line.
 *
 * Returns the same object when the size is already right. Throws RangeError when a size is not a positive integer.
 */
export function resizeTruth(mask: Mask, width: number, height: number): Mask {
  checkSize(width, height);
  if (mask.width === width && mask.height === height) return mask;
  const regions = coveredByRegion(mask, width, height);
  const covered = new Float64Array(width * height);
  for (const region of regions) for (const [at, area] of region) covered[at]! += area;
  const half = mask.width * mask.height / 2;
  const data = Uint8Array.from(covered, (area) => area >= half ? 1 : 0);
  for (const region of regions) {
    for (const at of missing(region, (at) => covered[at]! >= half)) data[at] = 1;
  }
  return { width, height, data };
}

/** By index of a pixel the area that a region covers of it. */
type Covered = Map<number, number>;

/**
 * Areas in whole numbers: both grids are laid over one that is as fine as both together. There a pixel of the mask is
 * `width × height` large, a pixel of the result as large as the mask has pixels.
 */
function coveredByRegion(mask: Mask, width: number, height: number): Covered[] {
  const { components, starts, ends, owners } = findComponents(mask, () => 0);
  const regions = components.map((): Covered => new Map());
  for (const [run, start] of starts.entries()) {
    const region = regions[owners[run]!]!;
    const row = Math.floor(start / mask.width);
    const first = row * mask.width;
    for (const [y, tall] of overlaps(row, row + 1, height, mask.height)) {
      for (const [x, wide] of overlaps(start - first, ends[run]! - first, width, mask.width)) {
        const at = y * width + x;
        region.set(at, (region.get(at) ?? 0) + wide * tall);
      }
    }
  }
  return regions;
}

/** Which pixels of `size` fine steps the ones from `begin` to `end`, of `step` each, lie in, and by how many steps. */
function* overlaps(
  begin: number,
  end: number,
  step: number,
  size: number,
): Generator<readonly [number, number]> {
  const [from, to] = [begin * step, end * step];
  for (let at = Math.floor(from / size); at * size < to; at++) {
    yield [at, Math.min(to, (at + 1) * size) - Math.max(from, at * size)];
  }
}

/** The pixels that a region needs beside those that are set, to keep half of its area. */
function missing(region: Covered, isSet: (at: number) => boolean): number[] {
  const areas = [...region];
  const sum = (some: typeof areas) => some.reduce((total, [, area]) => total + area, 0);
  let lacking = sum(areas) / 2 - sum(areas.filter(([at]) => isSet(at)));
  const added: number[] = [];
  let last = Infinity;
  for (const [at, area] of areas.filter(([at]) => !isSet(at)).sort(([, a], [, b]) => b - a)) {
    if (lacking <= 0 && area < last) break;
    added.push(at);
    lacking -= area;
    last = area;
  }
  return added;
}
