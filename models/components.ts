// The 8-connected components of a mask, in the mask's own pixels. Run based: rows are cut into runs of
// ones, runs that touch a run of the row above are united (He, Chao, Suzuki, "A run-based two-scan
// labeling algorithm", IEEE TIP 2008). Work and memory grow with the runs, not with the pixels set.

import type { Mask, ScoreMap } from "./image.ts";

/** A stretch of ones in a row: pixels `start` to `end - 1` of the flat mask. */
export interface Run {
  readonly start: number;
  readonly end: number;
}

/** One component. Edges are inclusive pixel indices. */
export interface Component {
  left: number;
  top: number;
  right: number;
  bottom: number;
  /** Pixels in it. */
  area: number;
  /** Highest score of the map inside it. */
  score: number;
  /** Sums of the pixel indices, for the centroid. */
  sumX: number;
  sumY: number;
  readonly runs: Run[];
}

/**
 * Finds the 8-connected components of a mask, ordered by their first pixel in reading order.
 *
 * @param map gives each component its score; of the mask's size.
 */
export function findComponents(mask: Mask, map: ScoreMap): Component[] {
  const { starts, ends, rowFirst } = cutRuns(mask);
  const parents = uniteRuns(mask, starts, ends, rowFirst);
  const byRoot = new Map<number, Component>();
  for (let y = 0; y < mask.height; y++) {
    for (let run = rowFirst[y]!; run < rowFirst[y + 1]!; run++) {
      const root = findRoot(parents, run);
      let component = byRoot.get(root);
      if (component === undefined) byRoot.set(root, component = emptyComponent(y));
      addRun(component, { start: starts[run]!, end: ends[run]! }, y, map);
    }
  }
  return [...byRoot.values()];
}

/** Flat run borders, and for every row the index of its first run; one more entry closes the last row. */
function cutRuns({ width, height, data }: Mask) {
  const starts: number[] = [];
  const ends: number[] = [];
  const rowFirst: number[] = [];
  for (let at = data.indexOf(1); at !== -1; at = data.indexOf(1, ends.at(-1))) {
    const row = Math.floor(at / width);
    const rowEnd = (row + 1) * width;
    while (rowFirst.length <= row) rowFirst.push(starts.length);
    let end = at + 1;
    while (end < rowEnd && data[end] === 1) end++;
    starts.push(at);
    ends.push(end);
  }
  while (rowFirst.length <= height) rowFirst.push(starts.length);
  return { starts, ends, rowFirst };
}

/** A union-find forest over the runs: a run points to an older run of its component, a root to itself. */
function uniteRuns(mask: Mask, starts: number[], ends: number[], rowFirst: number[]): number[] {
  const parents = starts.map((_, run) => run);
  for (let y = 1; y < mask.height; y++) {
    let above = rowFirst[y - 1]!;
    const aboveEnd = rowFirst[y]!;
    for (let run = aboveEnd; run < rowFirst[y + 1]!; run++) {
      // In the row above, columns start - 1 to end touch this run: it is 8-connected.
      const first = starts[run]! - mask.width - 1;
      const last = ends[run]! - mask.width;
      while (above < aboveEnd && ends[above]! <= first) above++;
      for (let other = above; other < aboveEnd && starts[other]! <= last; other++) {
        unite(parents, other, run);
      }
    }
  }
  return parents;
}

function unite(parents: number[], a: number, b: number): void {
  const rootA = findRoot(parents, a);
  const rootB = findRoot(parents, b);
  if (rootA < rootB) parents[rootB] = rootA;
  else parents[rootA] = rootB;
}

function findRoot(parents: number[], run: number): number {
  while (parents[run] !== run) {
    parents[run] = parents[parents[run]!]!;
    run = parents[run]!;
  }
  return run;
}

function emptyComponent(y: number): Component {
  return {
    left: Infinity,
    top: y,
    right: -1,
    bottom: y,
    area: 0,
    score: 0,
    sumX: 0,
    sumY: 0,
    runs: [],
  };
}

function addRun(component: Component, run: Run, y: number, map: ScoreMap): void {
  const row = y * map.width;
  const length = run.end - run.start;
  const first = run.start - row;
  const last = run.end - 1 - row;
  component.left = Math.min(component.left, first);
  component.right = Math.max(component.right, last);
  component.bottom = y;
  component.area += length;
  component.sumX += (first + last) * length / 2;
  component.sumY += y * length;
  for (let i = run.start; i < run.end; i++) {
    if (map.data[i]! > component.score) component.score = map.data[i]!;
  }
  component.runs.push(run);
}
