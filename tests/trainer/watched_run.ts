// A run in a test: its log, and a stop at a known moment.

import type { RunFolder } from "../../trainer/run_folder.ts";

/** Never aborts. */
export const never = new AbortController().signal;

export interface LogLine {
  readonly kind: string;
  readonly step: number;
  readonly loss: number;
  readonly iouImage: number;
}

export async function logOf({ log }: RunFolder): Promise<LogLine[]> {
  const text = await Deno.readTextFile(log);
  return text.trim().split("\n").map((line) => JSON.parse(line));
}

/** A signal that aborts once the log has as many steps: a Ctrl-C at a known moment. */
export function stopAfter(steps: number, run: RunFolder): AbortSignal {
  const counted = () => {
    try {
      return Deno.readTextFileSync(run.log).split('"kind":"step"').length - 1;
    } catch {
      return 0;
    }
  };
  return {
    get aborted() {
      return counted() >= steps;
    },
  } as AbortSignal;
}
