// What a bench found: as text for people, as JSON for programs.

import type { Card } from "../../models/card.ts";
import { formatTable } from "../engine/table.ts";
import type { BenchLane, Missing } from "./lanes.ts";
import { type LatencyResult, STAGES } from "./latency.ts";
import type { Machine } from "./machine.ts";
import type { QualityResult } from "./quality.ts";

export interface BenchResult {
  readonly card: Card;
  readonly machine: Machine;
  /** Samples of the data set that masks were compared on. */
  readonly data: string;
  readonly latency: readonly LatencyResult[];
  readonly quality: readonly QualityResult[];
  /** Why no mask was compared with the truth, where the data did not allow it. */
  readonly noQuality?: string;
  readonly missing: readonly Missing[];
}

/** The bench as a plain JSON value. Times in ms. */
export function toJson(result: BenchResult, date: Date): unknown {
  const { card, machine, data, noQuality, missing } = result;
  return {
    schema: "lineside.bench/1",
    date: date.toISOString(),
    machine,
    package: { name: card.name, version: card.version },
    latency: result.latency.map(({ lane, frameSet, frames, stages }) => ({
      ...laneJson(lane),
      frameSet,
      frames,
      stages,
    })),
    quality: result.quality.map(({ lane, metrics }) => ({ ...laneJson(lane), data, ...metrics })),
    noQuality,
    missing,
  };
}

function laneJson({ info, golden, decoder, softwareGpu }: BenchLane) {
  const { provider, variant, threads, onnxruntime, shaders } = info;
  return { provider, variant, threads, onnxruntime, shaders, decoder, golden, softwareGpu };
}

/** The bench as aligned tables. */
export function toText(result: BenchResult): string {
  const { card, machine, data, latency, quality, noQuality, missing } = result;
  return [
    `${card.name} ${card.version}: ${machine.cpu}, ${machine.cores} cores, ` +
    `${machine.platform}, Deno ${machine.deno}`,
    `Latency in ms, one lane open at a time`,
    latencyTable(latency),
    ...(quality.length > 0 ? [`Masks against the truth of ${data}`, qualityTable(quality)] : []),
    ...(noQuality === undefined ? [] : [`No masks against the truth of ${data}: ${noQuality}`]),
    ...missing.map(({ provider, variant, reason }) =>
      `Not measured: ${provider} ${variant}: ${reason}`
    ),
  ].join("\n\n");
}

function latencyTable(latency: readonly LatencyResult[]): string {
  const rows = latency.flatMap(({ lane, frameSet, frames, stages }) =>
    STAGES.map((stage) => {
      const { min, p50, p95, p99 } = stages[stage];
      const times = [min, p50, p95, p99].map((time) => time.toFixed(2));
      return [...laneCells(lane), lane.decoder, frameSet, String(frames), stage, ...times];
    })
  );
  const head = [
    "provider",
    "variant",
    "threads",
    "decoder",
    "frames",
    "n",
    "stage",
    "min",
    "p50",
    "p95",
    "p99",
  ];
  return formatTable([head, ...rows], [
    ...["left", "left", "right", "left", "left", "right", "left"] as const,
    ...["right", "right", "right", "right"] as const,
  ]);
}

function qualityTable(quality: readonly QualityResult[]): string {
  const names = ["iou_image", "iou_defect", "iou_pooled", "miou", "dice", "all_empty"] as const;
  const rows = quality.map(({ lane, metrics }) => [
    ...laneCells(lane),
    String(metrics.images),
    ...names.map((name) => metrics[name].toFixed(4)),
  ]);
  return formatTable([["provider", "variant", "threads", "images", ...names], ...rows], [
    ...["left", "left", "right", "right"] as const,
    ...names.map(() => "right" as const),
  ]);
}

/** A software GPU is marked in every row: its times must never be quoted as a GPU's. */
function laneCells({ info, softwareGpu }: BenchLane): string[] {
  const marks = [
    ...(info.shaders ? ["shaders"] : []),
    ...(softwareGpu === undefined ? [] : ["software"]),
  ];
  const provider = marks.length > 0 ? `${info.provider} (${marks.join(", ")})` : info.provider;
  return [provider, info.variant, String(info.threads)];
}
