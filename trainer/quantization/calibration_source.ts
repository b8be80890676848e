// Which images tell the ranges of a graph's values.

import { createRandom } from "../../models/random.ts";
import { GOOD, type Sample } from "../../models/sample.ts";
import type { EvaluationSource } from "../evaluate.ts";

/** A random sample, half of it defective where there are so many: what is rare in the data is where the map is not flat. */
export function calibrationSource(
  source: EvaluationSource,
  images: number,
  seed: number,
): EvaluationSource {
  const shuffled = createRandom(seed).fork("calibration").shuffle([...source.samples]);
  const [good, defective] = [true, false].map((isGood) =>
    shuffled.filter(({ defect }) => (defect === GOOD) === isGood)
  ) as [Sample[], Sample[]];
  const shown = defective.slice(0, Math.max(images / 2, images - good.length));
  const { onSample: _, ...rest } = source;
  return { ...rest, samples: [...good.slice(0, images - shown.length), ...shown] };
}
