// Which sizes of the light DPT are worth having: IoU against latency. Plain data; trains nothing.

import { markdownTable } from "../report/markdown_table.ts";

/** What one size reaches and costs. */
export interface Candidate {
  /** As in `c64-l4-f48`. */
  readonly name: string;
  /** Of one image, in thousand millions. */
  readonly multiplyAdds: number;
  /** Of int8, on the test part's counterpart that may decide: the validation part. */
  readonly iouImage: number;
  readonly iouDefect: number;
  /** Bytes of int8. */
  readonly bytes: number;
  /** Median time of float32 and of int8 on the CPU, in ms, all candidates and the teacher in turns. */
  readonly fp32Ms: number;
  readonly int8Ms: number;
}

/** A size whose int8 loses more than it may, whatever was tried: there is none to measure. */
export type OverBudget = Pick<Candidate, "name" | "multiplyAdds">;

export interface Search {
  /** Name of the teacher. */
  readonly teacher: string;
  /** Median time of its float32, measured in turns with the candidates. */
  readonly teacherMs: number;
  readonly threads: number;
  /** Of every size. */
  readonly steps: number;
  readonly seed: number;
  readonly candidates: readonly Candidate[];
  readonly overBudget: readonly OverBudget[];
}

/** What decides: both means count, since one alone rewards seeing nothing or seeing defects everywhere. */
export function quality({ iouImage, iouDefect }: Candidate): number {
  return (iouImage + iouDefect) / 2;
}

/** Candidates that no other one beats in both quality and int8 latency, from fast to slow. */
export function paretoFront(candidates: readonly Candidate[]): Candidate[] {
  const byTime = candidates.toSorted((a, b) => a.int8Ms - b.int8Ms || quality(b) - quality(a));
  const front: Candidate[] = [];
  for (const candidate of byTime) {
    const best = front.at(-1);
    if (best === undefined || quality(candidate) > quality(best)) front.push(candidate);
  }
  return front;
}

/** One row a candidate, those of the front marked, and behind them what stayed over budget. Markdown. */
export function formatSearch(
  { teacher, teacherMs, threads, steps, seed, candidates, overBudget }: Search,
): string {
  const front = new Set(paretoFront(candidates));
  const rows = candidates.toSorted((a, b) => a.int8Ms - b.int8Ms).map((candidate) => [
    candidate.name + (front.has(candidate) ? " *" : ""),
    candidate.multiplyAdds.toFixed(2),
    (candidate.bytes / 1e6).toFixed(2),
    candidate.iouImage.toFixed(4),
    candidate.iouDefect.toFixed(4),
    candidate.fp32Ms.toFixed(1),
    candidate.int8Ms.toFixed(1),
    (candidate.int8Ms / teacherMs).toFixed(3),
  ]);
  const left = overBudget.map(({ name, multiplyAdds }) => [
    ...[name, multiplyAdds.toFixed(2), ...new Array<string>(5).fill("–"), "over budget"],
  ]);
  const head = ["size", "multiply-adds (G)", "int8 MB", "iou_image", "iou_defect", "fp32 ms"];
  return [
    `Students of ${teacher} (${
      teacherMs.toFixed(1)
    } ms), ${steps} steps, seed ${seed}, int8 on the validation part, ` +
    `${threads} threads; * what no other beats in both IoU and time:`,
    markdownTable(
      [[...head, "int8 ms", "× teacher"], ...rows, ...left],
      ["left", ...new Array<"right">(7).fill("right")],
    ),
  ].join("\n\n");
}
