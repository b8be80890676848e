// Metrics as a table for people.

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
  const widths = rows[0]!.map((_, i) => Math.max(...rows.map((row) => row[i]!.length)));
  const line = (row: readonly string[]) =>
    `| ${
      row.map((text, i) => i === 0 ? text.padEnd(widths[i]!) : text.padStart(widths[i]!)).join(
        " | ",
      )
    } |`;
  const rule = `| ${
    widths.map((width, i) => "-".repeat(width - Math.min(i, 1)) + (i ? ":" : "")).join(" | ")
  } |`;
  const [header, ...body] = rows.map(line);
  return [header, rule, ...body].join("\n");
}

const cell = (metrics: MaskMetrics) => (name: (typeof columns)[number]): string =>
  name === "images" ? String(metrics.images) : metrics[name].toFixed(4);
