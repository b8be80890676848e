// How two versions differ on the same frames, summed up. Knows no deployment.

import type { JobResult } from "../engine/deployment.ts";
import { createRunWindow } from "./run_window.ts";

export interface ShadowReport {
  /** Frames that both have answered. */
  readonly frames: number;
  /** Frames that only the serving version saw, since the shadow was behind. */
  readonly skipped: number;
  /** Frames that the serving version answered and the shadow did not. */
  readonly failed: number;
  readonly verdictDisagreements: number;
  /** Frames whose maps have one size. */
  readonly mapsCompared: number;
  /** Largest |Δ| of a score, 0..1, in steps of 1/255. Absent before the first map. */
  readonly maxMapDifference?: number;
  /** Mean |Δ| over all scores of all maps, 0..1. */
  readonly meanMapDifference?: number;
  /** Median time of a frame on the shadow by that on the serving version. */
  readonly latencyRatio?: number;
}

export interface ShadowTally {
  skip(frames: number): void;
  /** Both results of a frame; maps are compared where both have one. */
  compare(served: JobResult, shadowed: JobResult): void;
  /** Times of the batch on either, in ms. */
  time(frames: number, servedMs: number, shadowMs: number): void;
  report(): ShadowReport;
}

export function createShadowTally(): ShadowTally {
  const served = createRunWindow();
  const shadowed = createRunWindow();
  let [frames, skipped, failed, verdictDisagreements, mapsCompared] = [0, 0, 0, 0, 0];
  let [largest, sum, scores] = [0, 0, 0];

  function compareMaps(a: Uint8Array, b: Uint8Array): void {
    if (a.length !== b.length) return;
    mapsCompared++;
    scores += a.length;
    for (let at = 0; at < a.length; at++) {
      const difference = Math.abs(a[at]! - b[at]!);
      sum += difference;
      if (difference > largest) largest = difference;
    }
  }

  return {
    skip: (count) => void (skipped += count),
    compare(mine, other) {
      if (mine instanceof Error) return;
      if (other instanceof Error) return void failed++;
      frames++;
      if (mine.verdict !== other.verdict) verdictDisagreements++;
      if (mine.map && other.map) compareMaps(mine.map, other.map);
    },
    time(count, servedMs, shadowMs) {
      served.add(count, 0, servedMs);
      shadowed.add(count, 0, shadowMs);
    },
    report() {
      const [mine, other] = [served.stats().medianMs, shadowed.stats().medianMs];
      return {
        ...{ frames, skipped, failed, verdictDisagreements, mapsCompared },
        ...(scores > 0 &&
          { maxMapDifference: largest / 255, meanMapDifference: sum / scores / 255 }),
        ...(mine && other !== undefined && { latencyRatio: other / mine }),
      };
    },
  };
}
