// The log of a run: JSON lines, one a step and one an evaluation.

import { z } from "zod";
import { exists } from "../models/files.ts";
import { writeAtomically } from "../models/write_atomically.ts";
import type { Look } from "./best_look.ts";
import { createSmoothing } from "./smoothing.ts";

/** What one step has to say. */
export interface StepLine {
  /** Steps taken, this one included. */
  readonly step: number;
  readonly loss: number;
  readonly gradientNorm: number;
  readonly learningRate: number;
  /** Milliseconds that the step took. */
  readonly stepMs: number;
  /** Milliseconds that it waited for its batch before. */
  readonly waitedMs: number;
}

/** What one look at the validation part has to say. */
export interface EvaluationLine {
  readonly step: number;
  readonly iouImage: number;
  readonly iouDefect: number;
  readonly threshold: number;
  readonly minRegionScore: number;
  readonly ious: readonly number[];
}

export interface RunLog extends Disposable {
  step(line: StepLine): void;
  evaluation(line: EvaluationLine): void;
  /** The evaluations that were in the log when it was opened, by `iou_image`. */
  looks(): Look[];
  /** Ends when all lines are on the disk: a checkpoint must not know of steps that the log has lost. */
  sync(): Promise<void>;
  /** Loss averaged over about the last twenty steps. */
  smoothedLoss(): number;
}

const lookSchema = z.object({
  step: z.int(),
  iouImage: z.number(),
  ious: z.array(z.number()).default([]),
}).transform(({ step, iouImage, ious }): Look => ({ step, score: iouImage, ious }));

/** Opens the log to go on after `step`: lines of later steps, which an interrupted run left, are dropped. */
export async function openRunLog(file: string, step: number): Promise<RunLog> {
  const kept = await exists(file) ? linesUpTo(await Deno.readTextFile(file), step) : [];
  await writeAtomically(file, kept.map((line) => line + "\n").join(""));
  const handle = await Deno.open(file, { append: true });
  const encoder = new TextEncoder();
  const write = (line: unknown) => {
    const bytes = encoder.encode(JSON.stringify(line) + "\n");
    for (let at = 0; at < bytes.length;) at += handle.writeSync(bytes.subarray(at));
  };
  const smooth = createSmoothing();
  let smoothed = NaN;
  return {
    step(line) {
      smoothed = smooth(line.loss);
      write({ kind: "step", ...line });
    },
    evaluation: (line) => write({ kind: "evaluation", ...line }),
    looks: () =>
      kept.map((line) => JSON.parse(line)).filter(({ kind }) => kind === "evaluation")
        .map((line) => lookSchema.parse(line)),
    sync: () => handle.syncData(),
    smoothedLoss: () => smoothed,
    [Symbol.dispose]: () => handle.close(),
  };
}

function linesUpTo(text: string, step: number): string[] {
  return text.split("\n").filter((line) => {
    try {
      return (JSON.parse(line) as { step: number }).step <= step;
    } catch {
      return false; // the last line of a killed run may be cut
    }
  });
}
