// Maps and masks of 2×2, and those of metrics.json.

import type { Mask, ScoreMap } from "../../models/image.ts";
import golden from "../models/golden/metrics.json" with { type: "json" };

export const mask = (...data: number[]): Mask => ({
  width: 2,
  height: 2,
  data: Uint8Array.from(data),
});
export const map = (...data: number[]): ScoreMap => ({
  width: 2,
  height: 2,
  data: Float32Array.from(data),
});

/** Pictures of metrics.json. */
export function goldenPairs(): { map: ScoreMap; truth: Mask }[] {
  const { width, height } = golden;
  return golden.truths.map((bits, i) => ({
    truth: { width, height, data: Uint8Array.from(bits, Number) },
    map: { width, height, data: Float32Array.from(golden.mapsTimes1000[i]!, (v) => v / 1000) },
  }));
}
