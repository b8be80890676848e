// Metrics as a table for people.

import { markdownTable } from "./report/markdown_table.ts";
import type { AllMetrics } from "./evaluate_fully.ts";

const columns = [
  "images",
  "iou_image",
  "all_empty",
  "iou_defect",
  "iou_pooled",
  "miou",
  "dice",
  "f1_max",
  "auroc_pixel",
  "aupro_30",
  "auroc_image",
] as const satisfies readonly (keyof AllMetrics)[];

export interface MetricsByProduct {
  readonly overall: AllMetrics;
  readonly products: ReadonlyMap<string, AllMetrics>;
}

/** One row a product and one for all, `all_empty` beside `iou_image`; metrics of maps where they were measured. Markdown. */
export function formatEvaluation({ overall, products }: MetricsByProduct): string {
  const measured = columns.filter((name) => overall[name] !== undefined);
  const rows = [
    ["product", ...measured],
    ...[...products].sort().map(([name, metrics]) => [name, ...measured.map(cell(metrics))]),
    ["**all**", ...measured.map(cell(overall))],
  ];
  return markdownTable(rows, ["left", ...measured.map(() => "right" as const)]);
}

const cell = (metrics: AllMetrics) => (name: (typeof columns)[number]): string =>
  name === "images" ? String(metrics.images) : metrics[name]?.toFixed(4) ?? "–";
