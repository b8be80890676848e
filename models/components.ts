// The 8-connected components of a mask, in the mask's own pixels. Run based: rows are cut into runs of
// ones, runs that touch a run of the row above are united (He, Chao, Suzuki, "A run-based two-scan
// labeling algorithm", IEEE TIP 2008). Work and memory grow with the runs, not with the pixels set.

import type { Mask, ScoreMap } from "./image.ts";

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
}

/** Run i covers pixels `starts[i]` to `ends[i] - 1` of the flat mask and belongs to `owners[i]`. */
export interface Components {
  /** Ordered by their first pixel in reading order. */
  readonly components: readonly Component[];
  readonly starts: readonly number[];
  readonly ends: readonly number[];
  /** Index into `components`. */
  readonly owners: Int32Array;
}

/** The highest score of a run: pixels `start` to `end - 1` of the flat mask, all in one row. */
export type RunScore = (start: number, end: number) => number;

/** The run scores of a map, of the mask's size. */
export function runScoreOf({ data }: ScoreMap): RunScore {
  return (start, end) => {
    let score = 0;
    for (let i = start; i < end; i++) if (data[i]! > score) score = data[i]!;
    return score;
  };
}

/**
 * Finds the 8-connected components of a mask.
 *
 * @param runScore gives each component its score.
 */
export function findComponents(mask: Mask, runScore: RunScore): Components {
  const { starts, ends, rowFirst } = cutRuns(mask);
  const parents = uniteRuns(mask, starts, ends, rowFirst);
  const components: Component[] = [];
  const owners = new Int32Array(starts.length);
  for (let y = 0; y < mask.height; y++) {
    for (let run = rowFirst[y]!; run < rowFirst[y + 1]!; run++) {
      // A root is the oldest run of its component, so it comes first.
      const root = findRoot(parents, run);
      if (root === run) owners[run] = components.push(emptyComponent(mask.width, y)) - 1;
      else owners[run] = owners[root]!;
      const component = components[owners[run]!]!;
      addRun(component, starts[run]!, ends[run]!, y, mask.width);
      component.score = Math.max(component.score, runScore(starts[run]!, ends[run]!));
    }
  }
  return { components, starts, ends, owners };
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
function uniteRuns(
  mask: Mask,
  starts: readonly number[],
  ends: readonly number[],
  rowFirst: readonly number[],
): Int32Array {
  const parents = new Int32Array(starts.length);
  for (let run = 0; run < parents.length; run++) parents[run] = run;
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

function unite(parents: Int32Array, a: number, b: number): void {
  const rootA = findRoot(parents, a);
  const rootB = findRoot(parents, b);
  if (rootA < rootB) parents[rootB] = rootA;
  else parents[rootA] = rootB;
}

function findRoot(parents: Int32Array, run: number): number {
  while (parents[run] !== run) {
    parents[run] = parents[parents[run]!]!;
    run = parents[run]!;
  }
  return run;
}

function emptyComponent(width: number, y: number): Component {
  return { left: width, top: y, right: 0, bottom: y, area: 0, score: 0, sumX: 0, sumY: 0 };
}

function addRun(
  component: Component,
  start: number,
  end: number,
  y: number,
  width: number,
): void {
  const length = end - start;
  const first = start - y * width;
  const last = first + length - 1;
  if (first < component.left) component.left = first;
  if (last > component.right) component.right = last;
  component.bottom = y;
  component.area += length;
  component.sumX += (first + last) * length / 2;
  component.sumY += y * length;
}
