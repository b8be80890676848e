// Curves of many points made fit for a small picture.

import { createSmoothing } from "../smoothing.ts";
import type { Point } from "./plot.ts";

/** Each point's `y` as the run's progress line shows it. */
export function smoothed(points: readonly Point[]): Point[] {
  const smooth = createSmoothing();
  return points.map(({ x, y }) => ({ x, y: smooth(y) }));
}

/** At most `count` points: means of neighbours. */
export function thinned(points: readonly Point[], count: number): Point[] {
  const size = Math.ceil(points.length / count);
  return Array.from({ length: Math.ceil(points.length / size) || 0 }, (_, i) => {
    const group = points.slice(i * size, (i + 1) * size);
    const mean = (of: (point: Point) => number) =>
      group.reduce((sum, point) => sum + of(point), 0) / group.length;
    return { x: mean(({ x }) => x), y: mean(({ y }) => y) };
  });
}
