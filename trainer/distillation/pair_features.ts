// Which inner map of a student learns from which of its teacher's. Knows shapes alone.

import type { Shape } from "../ops/ops.ts";

/** Places in the two lists of features. */
export interface FeaturePair {
  readonly student: number;
  readonly teacher: number;
}

/**
 * Pairs maps of one size and token lists of one length, the deepest with the deepest, where there are several; channels may
 * differ. What has no counterpart is left out.
 */
export function pairFeatures(student: readonly Shape[], teacher: readonly Shape[]): FeaturePair[] {
  const free = new Map<string, number[]>();
  teacher.forEach((shape, at) =>
    free.set(placesOf(shape), [...free.get(placesOf(shape)) ?? [], at])
  );
  const pairs: FeaturePair[] = [];
  for (let at = student.length - 1; at >= 0; at--) {
    const match = free.get(placesOf(student[at]!))?.pop();
    if (match !== undefined) pairs.unshift({ student: at, teacher: match });
  }
  return pairs;
}

/** All sizes but those of batch and channels. */
function placesOf(shape: Shape): string {
  return shape.slice(1, -1).join("x");
}
