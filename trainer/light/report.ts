// A light model beside its teacher: what it keeps, what it costs. Opens no package.

import type { VariantName } from "../../models/card.ts";
import { markdownTable } from "../report/markdown_table.ts";
import { type GraphProvider, graphProviders } from "../package/verify.ts";

/** One graph of the comparison; the first row of a report is the teacher's. */
export interface LightRow {
  readonly name: string;
  readonly variant: VariantName;
  readonly bytes: number;
  readonly iouImage: number;
  readonly iouDefect: number;
  /** Median time of a run, in ms, where it was measured. */
  readonly medianMs: Readonly<Partial<Record<GraphProvider, number>>>;
}

export interface LightReport {
  /** Of each session. */
  readonly threads: number;
  /** Of which a time is the median. */
  readonly runs: number;
  readonly teacher: LightRow;
  readonly variants: readonly LightRow[];
}

/** The fastest variant on each provider; half floats on WebGPU where that was not measured. */
export function chooseVariants(
  variants: readonly LightRow[],
): Partial<Record<GraphProvider, VariantName>> {
  const choice: Partial<Record<GraphProvider, VariantName>> = {};
  for (const provider of graphProviders) {
    const timed = variants.filter(({ medianMs }) => medianMs[provider] !== undefined);
    const [fastest] = timed.toSorted((a, b) => a.medianMs[provider]! - b.medianMs[provider]!);
    if (fastest !== undefined) choice[provider] = fastest.variant;
  }
  if (variants.some(({ variant }) => variant === "fp16")) choice.webgpu ??= "fp16";
  return choice;
}

/** One row a graph, with each provider's time and that as a share of the teacher's. Markdown. */
export function formatLightReport({ threads, runs, teacher, variants }: LightReport): string {
  const measured = graphProviders.filter((provider) => teacher.medianMs[provider] !== undefined);
  const rows = [teacher, ...variants].map((row) => [
    `${row.name} ${row.variant}`,
    (row.bytes / 1e6).toFixed(2),
    row.iouImage.toFixed(4),
    row.iouDefect.toFixed(4),
    ...measured.flatMap((provider) => times(row.medianMs[provider], teacher.medianMs[provider]!)),
  ]);
  const head = ["graph", "MB", "iou_image", "iou_defect"];
  const columns = measured.flatMap((provider) => [`${provider} ms`, "× teacher"]);
  const align = ["left", ...new Array<"right">(head.length - 1 + columns.length).fill("right")];
  return [
    `The teacher first; IoU of the test part, median time of ${runs} runs in turns, batch 1, ${threads} threads:`,
    markdownTable([[...head, ...columns], ...rows], align as ("left" | "right")[]),
  ].join("\n\n");
}

function times(ms: number | undefined, ofTeacher: number): [string, string] {
  return ms === undefined ? ["–", "–"] : [ms.toFixed(1), (ms / ofTeacher).toFixed(3)];
}
