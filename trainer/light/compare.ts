// Measures a light package beside its teacher's. Writes no file.

import type { VariantName } from "../../models/card.ts";
import type { Package } from "../../models/package.ts";
import { type GraphProvider, graphProviders } from "../package/verify.ts";
import { measureLatency } from "./latency.ts";
import type { LightReport, LightRow } from "./report.ts";

export interface CompareOptions {
  readonly threads: number;
  /** Runs of each graph on each provider. */
  readonly runs: number;
}

/** Half floats are for GPUs: on a CPU they are cast back and forth. */
const timed: ReadonlySet<VariantName> = new Set(["fp32", "int8"]);

/** IoU is each card's, of its test part; times are taken in turns, on this machine. */
export async function compare(
  teacher: Package,
  light: Package,
  { threads, runs }: CompareOptions,
): Promise<LightReport> {
  const names = Object.keys(light.card.variants) as VariantName[];
  const graphs = [
    { of: teacher, variant: "fp32" as VariantName },
    ...names.map((variant) => ({ of: light, variant })),
  ];
  const clocked = graphs.filter(({ variant }) => timed.has(variant));
  const bytes = await Promise.all(
    clocked.map(({ of, variant }) => Deno.readFile(of.variantPath(variant))),
  );
  const medians = new Map(graphs.map((graph) => [graph, {} as Record<GraphProvider, number>]));
  for (const provider of graphProviders) {
    const each = await measureLatency(bytes, light.card.input, { provider, threads, runs });
    clocked.forEach((graph, at) => medians.get(graph)![provider] = each[at]!);
  }
  const rowOf = ({ of: { card }, variant }: typeof graphs[number], at: number): LightRow => {
    const { bytes, metrics = card.metrics } = card.variants[variant]!;
    return {
      ...{ name: card.name, variant, bytes },
      ...{ iouImage: metrics.iou_image, iouDefect: metrics.iou_defect },
      medianMs: medians.get(graphs[at]!)!,
    };
  };
  const [first, ...rest] = graphs.map(rowOf);
  return { threads, runs, teacher: first!, variants: rest };
}
