// The log of a run: JSON lines, one a step and one an evaluation.

import { exists } from "../models/files.ts";

export interface RunLog extends Disposable {
  step(line: { step: number; loss: number; gradientNorm: number; learningRate: number }): void;
  evaluation(line: { step: number; iouImage: number; iouDefect: number; threshold: number }): void;
  /** Loss averaged over about the last twenty steps. */
  smoothedLoss(): number;
}

/** Opens the log to go on after `step`: lines of later steps, which an interrupted run left, are dropped. */
export async function openRunLog(file: string, step: number): Promise<RunLog> {
  const kept = await exists(file) ? linesUpTo(await Deno.readTextFile(file), step) : [];
  await Deno.writeTextFile(file, kept.map((line) => line + "\n").join(""));
  const handle = await Deno.open(file, { append: true });
  const encoder = new TextEncoder();
  const write = (line: unknown) => handle.writeSync(encoder.encode(JSON.stringify(line) + "\n"));
  let smoothed: number | undefined;
  return {
    step(line) {
      smoothed = smoothed === undefined ? line.loss : 0.95 * smoothed + 0.05 * line.loss;
      write({ kind: "step", ...line });
    },
    evaluation: (line) => write({ kind: "evaluation", ...line }),
    smoothedLoss: () => smoothed ?? NaN,
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
