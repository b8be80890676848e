// All that one evaluation measures, together: metrics of masks, metrics of maps, what a report shows.

import { createGroupedMapMetrics } from "./metrics/map_metric_groups.ts";
import type { MapMetrics, MapReport } from "./metrics/map_metrics.ts";
import type { MaskMetrics } from "../models/metrics.ts";
import type { MaskRule } from "../models/segment_map.ts";
import { evaluate, type EvaluationSource } from "./evaluate.ts";
import type { GraphRunner } from "./package/verify.ts";
import { createReportCollector } from "./report/collector.ts";
import type { ReportData } from "./report/report_data.ts";

/** Metrics of masks at one threshold and of maps at all. A metric of maps is left out where a class is missing. */
export type AllMetrics = MaskMetrics & Partial<MapMetrics>;

export interface FullEvaluation {
  readonly overall: AllMetrics;
  readonly products: ReadonlyMap<string, AllMetrics>;
  /** What a report shows, but for what says where it comes from. */
  readonly report: Omit<ReportData, "title" | "facts" | "training">;
}

/** Measures a graph on samples, by every metric. @throws RangeError when there is no sample. */
export async function evaluateFully(
  runner: GraphRunner,
  source: EvaluationSource,
  rule: MaskRule,
): Promise<FullEvaluation> {
  const maps = createGroupedMapMetrics();
  const collector = createReportCollector();
  const masks = await evaluate(runner, source, rule, (measured) => {
    maps.add(measured.sample, measured.map, measured.truth);
    collector.add(measured);
  });
  const ofMaps = maps.result(rule.threshold);
  const overall = joined(masks.overall, ofMaps.overall);
  const products = new Map(
    [...masks.products].map(([name, metrics]) =>
      [name, joined(metrics, ofMaps.products.get(name)!.overall)] as const
    ),
  );
  const { defects, ...collected } = await collector.result();
  return {
    overall,
    products,
    report: {
      threshold: rule.threshold,
      alarmLevel: Math.max(rule.threshold, rule.minRegionScore ?? 0),
      overall,
      products: [...products].sort().map(([product, metrics]) => ({ product, metrics })),
      defects: defects.map((row) => {
        const ofType = ofMaps.products.get(row.product)?.defects.get(row.defect);
        return ofType === undefined
          ? row
          : { ...row, metrics: { ...row.metrics, ...measured(ofType.metrics) } };
      }),
      precisionRecall: ofMaps.overall.precisionRecall?.curve ?? [],
      ...collected,
    },
  };
}

function joined(masks: MaskMetrics, { metrics }: MapReport): AllMetrics {
  return { ...masks, ...measured(metrics) };
}

function measured(metrics: MapMetrics): Partial<MapMetrics> {
  const there = Object.entries(metrics).filter(([, value]) => value !== undefined);
  return Object.fromEntries(there) as Partial<MapMetrics>;
}
