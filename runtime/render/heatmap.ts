// A map as a picture.

import type { Image, ScoreMap } from "../../models/image.ts";
import { HEAT_COLOURS } from "./colour_map.ts";

/** The map in heat colours, resized bilinearly (half-pixel centres) to width × height pixels. */
export function renderHeatmap(map: ScoreMap, width: number, height: number): Image {
  const data = new Uint8Array(width * height * 3);
  const columns = taps(map.width, width);
  const rows = taps(map.height, height);
  let to = 0;
  for (let y = 0; y < height; y++) {
    const upper = rows.first[y]! * map.width;
    const lower = rows.second[y]! * map.width;
    const down = rows.weight[y]!;
    for (let x = 0; x < width; x++) {
      const left = columns.first[x]!;
      const right = columns.second[x]!;
      const across = columns.weight[x]!;
      const above = lerp(map.data[upper + left]!, map.data[upper + right]!, across);
      const below = lerp(map.data[lower + left]!, map.data[lower + right]!, across);
      const entry = Math.round(255 * lerp(above, below, down)) * 3;
      data[to++] = HEAT_COLOURS[entry]!;
      data[to++] = HEAT_COLOURS[entry + 1]!;
      data[to++] = HEAT_COLOURS[entry + 2]!;
    }
  }
  return { width, height, data };
}

/** For every target pixel of an axis: its two source pixels and the weight of the second. */
function taps(source: number, target: number) {
  const first = new Int32Array(target);
  const second = new Int32Array(target);
  const weight = new Float32Array(target);
  for (let i = 0; i < target; i++) {
    const position = Math.min(Math.max((i + 0.5) * source / target - 0.5, 0), source - 1);
    first[i] = Math.floor(position);
    second[i] = Math.min(first[i]! + 1, source - 1);
    weight[i] = position - first[i]!;
  }
  return { first, second, weight };
}

function lerp(from: number, to: number, weight: number): number {
  return from + (to - from) * weight;
}
