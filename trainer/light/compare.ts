// Measures a light package beside its teacher's. Writes no file.

import type { VariantName } from "../../models/card.ts";
import type { Package } from "../../models/package.ts";
import { measurePackage } from "../measure_package.ts";
import { type GraphProvider, graphProviders } from "../package/verify.ts";
import { measureLatency } from "./latency.ts";
import type { LightReport, LightRow } from "./report.ts";
import type { Student } from "./student.ts";

export interface CompareOptions {
  readonly threads: number;
  /** Runs of each graph on each provider. */
  readonly runs: number;
  /** Whether WebGPU is a provider: there must be an adapter. */
  readonly webgpu: boolean;
}

/** Half floats are for GPUs: on a CPU they are cast back and forth. Integers are for CPUs: no GPU has them faster. */
const timed: Readonly<Record<GraphProvider, ReadonlySet<VariantName>>> = {
  cpu: new Set(["fp32", "int8"]),
  wasm: new Set(["fp32", "int8"]),
  webgpu: new Set(["fp32", "fp16"]),
};

/**
 * IoU is of the student's test part, the teacher's too, by the regions that count for the student: its card may speak of other
 * images. Times are taken in turns, on this machine.
 */
export async function compare(
  teacher: Package,
  { run, package: light }: Student,
  { threads, runs, webgpu }: CompareOptions,
): Promise<LightReport> {
  const names = Object.keys(light.card.variants) as VariantName[];
  const graphs = [
    { of: teacher, variant: "fp32" as VariantName },
    ...names.map((variant) => ({ of: light, variant })),
  ];
  const medians = new Map(graphs.map((graph) => [graph, {} as Record<GraphProvider, number>]));
  for (const provider of graphProviders.filter((name) => webgpu || name !== "webgpu")) {
    const clocked = graphs.filter(({ variant }) => timed[provider].has(variant));
    const bytes = await Promise.all(
      clocked.map(({ of, variant }) => Deno.readFile(of.variantPath(variant))),
    );
    const each = await measureLatency(bytes, light.card.input, { provider, threads, runs });
    clocked.forEach((graph, at) => medians.get(graph)![provider] = each[at]!);
  }
  const { minRegionPixels } = light.card;
  const alike = { ...teacher, card: { ...teacher.card, minRegionPixels } };
  const ofTeacher = await measurePackage({ run, package: alike }, "fp32", "test");
  const [first, ...rest] = graphs.map((graph): LightRow => {
    const { of, variant } = graph;
    const { card } = of;
    const { bytes, metrics = card.metrics } = card.variants[variant]!;
    const { iou_image, iou_defect } = of === teacher ? ofTeacher : metrics;
    return {
      ...{ name: card.name, variant, bytes, iouImage: iou_image, iouDefect: iou_defect },
      medianMs: medians.get(graph)!,
    };
  });
  return { threads, runs, teacher: first!, variants: rest };
}
