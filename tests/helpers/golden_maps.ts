// The maps and truths of map_metrics.json.

import type { Mask, ScoreMap } from "../../models/image.ts";
import golden from "../models/golden/map_metrics.json" with { type: "json" };
import { drawnMask } from "./masks.ts";

/** Six images of 24×20, two of them good. Scores are rounded down to `step` thousandths: 100 makes many ties. */
export function goldenMaps(step: number): { map: ScoreMap; truth: Mask }[] {
  const { width, height } = golden;
  return golden.truths.map((rows, i) => {
    const milli = golden.mapsTimes1000[i]!.flatMap((row) => row.split(" ").map(Number));
    const data = Float32Array.from(milli, (score) => Math.floor(score / step) * step / 1000);
    return { map: { width, height, data }, truth: drawnMask(...rows) };
  });
}
