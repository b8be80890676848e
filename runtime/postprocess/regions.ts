// From components in map pixels to regions in frame pixels. Knows no pixels, only their sums.

import type { Region } from "../reply.ts";
import type { Component } from "../../models/components.ts";

/** Most regions a reply lists. The mask keeps all of them. */
export const MAX_REGIONS = 256;

export interface Size {
  readonly width: number;
  readonly height: number;
}

/**
 * Components as regions of the frame, largest area first (ties: reading order), at most
 * {@linkcode MAX_REGIONS}.
 *
 * Map pixels are scaled by frame size / map size on each axis. A box is the smallest of whole frame pixels that
 * covers its region; an area is rounded and at least 1; a centroid is not rounded.
 */
export function toRegions(components: readonly Component[], map: Size, frame: Size): Region[] {
  return components
    .toSorted((a, b) => b.area - a.area)
    .slice(0, MAX_REGIONS)
    .map((component) => toRegion(component, map, frame));
}

/** Multiplies whole numbers first and divides once: frame size / map size is rounded, 224 · (900 / 224) is over 900. */
function toRegion(component: Component, map: Size, frame: Size): Region {
  const { left, top, right, bottom, area, score, sumX, sumY } = component;
  const x = Math.floor(left * frame.width / map.width);
  const y = Math.floor(top * frame.height / map.height);
  const scaledArea = area * frame.width * frame.height / (map.width * map.height);
  return {
    x,
    y,
    width: Math.ceil((right + 1) * frame.width / map.width) - x,
    height: Math.ceil((bottom + 1) * frame.height / map.height) - y,
    area: Math.max(1, Math.round(scaledArea)),
    score,
    centroid: [
      (sumX + area / 2) * frame.width / (area * map.width),
      (sumY + area / 2) * frame.height / (area * map.height),
    ],
  };
}
