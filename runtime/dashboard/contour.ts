// Marching squares: the border of a mask as closed lines, between the pixels' centres where the map says so.
// Pure; knows no canvas.

import type { Mask } from "../../models/image.ts";
import type { ByteMap } from "../stream/reply_protocol.ts";

/** [x, y, x, y, …] in the mask's pixels, closed, the inside on the right hand. */
export type Contour = number[];

type Side = "top" | "right" | "bottom" | "left";

/** Lines through a cell by its corners: top left 8, top right 4, bottom right 2, bottom left 1. */
const CELLS: readonly (readonly (readonly [Side, Side])[])[] = [
  [],
  [["left", "bottom"]],
  [["bottom", "right"]],
  [["left", "right"]],
  [["right", "top"]],
  [["left", "bottom"], ["right", "top"]],
  [["bottom", "top"]],
  [["left", "top"]],
  [["top", "left"]],
  [["top", "bottom"]],
  [["top", "left"], ["bottom", "right"]],
  [["top", "right"]],
  [["right", "left"]],
  [["right", "bottom"]],
  [["bottom", "left"]],
  [],
];

/**
 * The contours of a mask. With a map, a line passes where the map has the value `level`, so that it is
 * smooth; without, half-way between a set pixel and one that is not.
 */
export function traceContours(mask: Mask, map?: ByteMap, level = 127.5): Contour[] {
  const { width, height, data } = mask;
  const columns = width + 2;
  /** How far a pixel is inside (positive) or outside; only its sign comes from the mask. */
  const depth = (x: number, y: number): number => {
    if (x < 0 || y < 0 || x >= width || y >= height) return -1;
    const at = y * width + x;
    const distance = map ? Math.abs(map.data[at]! - level) + 1 : 1;
    return data[at] === 1 ? distance : -distance;
  };
  const points = new Map<number, readonly [number, number]>();
  const nextOf = new Map<number, number>();

  for (let y = -1; y < height; y++) {
    for (let x = -1; x < width; x++) {
      const [a, b, c, d] = [depth(x, y), depth(x + 1, y), depth(x + 1, y + 1), depth(x, y + 1)];
      const cell = (a > 0 ? 8 : 0) | (b > 0 ? 4 : 0) | (c > 0 ? 2 : 0) | (d > 0 ? 1 : 0);
      if (cell === 0 || cell === 15) continue;
      /** The crossing on a side of this cell; neighbours find the same one under the same number. */
      const crossing = (side: Side): number => {
        const down = side === "bottom" ? 1 : 0;
        const right = side === "right" ? 1 : 0;
        const upright = side === "left" || side === "right";
        const key = (((y + 1 + down) * columns + x + 1 + right) << 1) | Number(upright);
        if (upright) {
          const [from, to] = right ? [b, c] : [a, d];
          points.set(key, [x + right + 0.5, y + 0.5 + from / (from - to)]);
        } else {
          const [from, to] = down ? [d, c] : [a, b];
          points.set(key, [x + 0.5 + from / (from - to), y + down + 0.5]);
        }
        return key;
      };
      for (const [from, to] of CELLS[cell]!) nextOf.set(crossing(from), crossing(to));
    }
  }

  const contours: Contour[] = [];
  for (const start of points.keys()) {
    const contour: Contour = [];
    for (let key: number | undefined = start; key !== undefined && nextOf.has(key);) {
      contour.push(...points.get(key)!);
      const next = nextOf.get(key);
      nextOf.delete(key);
      key = next;
    }
    if (contour.length > 0) contours.push(contour);
  }
  return contours;
}
