// The log of a run as curves over steps. Knows no picture.

import { z } from "zod";
import type { Point } from "./report/plot.ts";

/** Each point's `x` is a step. */
export interface TrainingCurves {
  readonly loss: readonly Point[];
  /** `iou_image` of the watched validation images. */
  readonly iouImage: readonly Point[];
  /** `iou_defect` of the same. */
  readonly iouDefect: readonly Point[];
}

const lineSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("step"), step: z.int(), loss: z.number() }),
  z.object({
    kind: z.literal("evaluation"),
    step: z.int(),
    iouImage: z.number(),
    /** JSON has no NaN: without a defective image there is none. */
    iouDefect: z.number().nullable(),
  }),
]);

/**
 * Reads a run's `log.jsonl`. A last line that was cut off is left out.
 *
 * @throws SyntaxError naming the first line that is not of a log.
 */
export function parseTrainingLog(text: string): TrainingCurves {
  const curves = { loss: [] as Point[], iouImage: [] as Point[], iouDefect: [] as Point[] };
  const lines = text.split("\n").slice(0, -1); // behind the last line's end is nothing, or a cut line
  for (const [i, text] of lines.entries()) {
    const line = parseLine(text, i + 1);
    if (line.kind === "step") {
      curves.loss.push({ x: line.step, y: line.loss });
    } else {
      curves.iouImage.push({ x: line.step, y: line.iouImage });
      if (line.iouDefect !== null) curves.iouDefect.push({ x: line.step, y: line.iouDefect });
    }
  }
  return curves;
}

function parseLine(text: string, number: number): z.infer<typeof lineSchema> {
  try {
    return lineSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new SyntaxError(
      `Cannot read line ${number} of the log: must be a step or an evaluation`,
      { cause },
    );
  }
}
