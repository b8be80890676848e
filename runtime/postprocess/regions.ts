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
 * Map pixels are scaled by frame size / map size on each axis. A box is widened to whole frame pixels, so
 * it always covers its region; an area is rounded and at least 1; a centroid is not rounded.
 */
export function toRegions(components: readonly Component[], map: Size, frame: Size): Region[] {
  const scaleX = frame.width / map.width;
  const scaleY = frame.height / map.height;
  return components
    .toSorted((a, b) => b.area - a.area)
    .slice(0, MAX_REGIONS)
    .map((component) => toRegion(component, scaleX, scaleY));
}

function toRegion(component: Component, scaleX: number, scaleY: number): Region {
  const { left, top, right, bottom, area, score, sumX, sumY } = component;
  const x = Math.floor(left * scaleX);
  const y = Math.floor(top * scaleY);
  return {
    x,
    y,
    width: Math.ceil((right + 1) * scaleX) - x,
    height: Math.ceil((bottom + 1) * scaleY) - y,
    area: Math.max(1, Math.round(area * scaleX * scaleY)),
    score,
    centroid: [(sumX / area + 0.5) * scaleX, (sumY / area + 0.5) * scaleY],
  };
}
