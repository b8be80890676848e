// Metrics as a table for people.

import { markdownTable } from "../models/markdown_table.ts";
import type { MaskMetrics } from "../models/metrics.ts";
import type { Evaluation } from "./evaluate.ts";

const columns = [
  "images",
  "iou_image",
  "all_empty",
  "iou_defect",
  "iou_pooled",
  "miou",
  "dice",
] as const satisfies readonly (keyof MaskMetrics)[];

/** One row a product and one for all, `all_empty` beside `iou_image`. Markdown. */
export function formatEvaluation({ overall, products }: Evaluation): string {
  const rows = [
    ["product", ...columns],
    ...[...products].sort().map(([name, metrics]) => [name, ...columns.map(cell(metrics))]),
    ["**all**", ...columns.map(cell(overall))],
  ];
  return markdownTable(rows, ["left", ...columns.map(() => "right" as const)]);
}

const cell = (metrics: MaskMetrics) => (name: (typeof columns)[number]): string =>
  name === "images" ? String(metrics.images) : metrics[name].toFixed(4);
