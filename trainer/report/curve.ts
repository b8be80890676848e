// Curves of many points made fit for a small picture.

import type { Point } from "./plot.ts";

/** Follows a curve a twentieth of the way at each point, as the run's progress line does. */
export function smoothed(points: readonly Point[]): Point[] {
  let level: number | undefined;
  return points.map(({ x, y }) => {
    level = level === undefined ? y : 0.95 * level + 0.05 * y;
    return { x, y: level };
  });
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
