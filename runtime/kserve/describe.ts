// What the Open Inference Protocol and Triton's extensions say about a model. Pure.

import { z } from "zod";
import type { Card } from "../../models/card.ts";
import type { VersionStatus } from "../server/model_service.ts";
import type { Duration, ModelSums } from "../server/model_statistics.ts";
import { MAX_BATCH } from "./infer_request.ts";

const PLATFORM = "onnxruntime_onnx";
const count = z.int().min(0);
const tensor = z.strictObject({
  name: z.string(),
  datatype: z.literal("FP32"),
  shape: z.array(z.int()).describe("-1 is any"),
});

export const serverMetadata = z.strictObject({
  ...{ name: z.string(), version: z.string(), extensions: z.array(z.string()) },
}).meta({ id: "ServerMetadata" });

export const modelMetadata = z.strictObject({
  ...{ name: z.string(), versions: z.array(z.string()), platform: z.string() },
  ...{ inputs: z.array(tensor), outputs: z.array(tensor) },
}).meta({ id: "ModelMetadata" });

const tensorConfig = z.strictObject({
  ...{ name: z.string(), data_type: z.literal("TYPE_FP32"), dims: z.array(z.int()) },
});
export const modelConfig = z.strictObject({
  ...{ name: z.string(), platform: z.string(), backend: z.string(), max_batch_size: count },
  ...{ input: z.array(tensorConfig), output: z.array(tensorConfig) },
}).meta({ id: "ModelConfig", description: "dims are without the batch" });

export const repositoryIndex = z.array(z.strictObject({
  ...{ name: z.string(), version: z.string() },
  state: z.enum(["READY", "LOADING", "UNAVAILABLE"]),
  reason: z.string(),
})).meta({ id: "RepositoryIndex" });

const duration = z.strictObject({ count, ns: count }).meta({ id: "StatisticDuration" });
const stages = { compute_input: duration, compute_infer: duration, compute_output: duration };
const modelStats = z.strictObject({
  ...{ name: z.string(), version: z.string() },
  ...{ last_inference: count, inference_count: count, execution_count: count },
  inference_stats: z.strictObject({
    ...{ success: duration, fail: duration, queue: duration, ...stages },
    ...{ cache_hit: duration, cache_miss: duration },
  }),
  batch_stats: z.array(z.strictObject({ batch_size: count, ...stages })),
}).meta({ id: "ModelStatistics" });
export const modelStatistics = z.strictObject({ model_stats: z.array(modelStats) });

export function describeModel(card: Card, versions: string[]): z.infer<typeof modelMetadata> {
  const { name, input, output } = card;
  const tensorOf = (tensorName: string, channels: number) => ({
    name: tensorName,
    datatype: "FP32" as const,
    shape: [-1, channels, input.height, input.width],
  });
  return {
    ...{ name, versions, platform: PLATFORM },
    ...{ inputs: [tensorOf(input.name, 3)], outputs: [tensorOf(output.name, 1)] },
  };
}

export function configOf(card: Card): z.infer<typeof modelConfig> {
  const { name, input, output } = card;
  const tensorOf = (tensorName: string, channels: number) => ({
    name: tensorName,
    data_type: "TYPE_FP32" as const,
    dims: [channels, input.height, input.width],
  });
  return {
    ...{ name, platform: PLATFORM, backend: "onnxruntime", max_batch_size: MAX_BATCH },
    ...{ input: [tensorOf(input.name, 3)], output: [tensorOf(output.name, 1)] },
  };
}

const STATES = { ready: "READY", loading: "LOADING", unavailable: "UNAVAILABLE" } as const;

export function indexOf(versions: readonly VersionStatus[]): z.infer<typeof repositoryIndex> {
  return versions.map(({ state, ...version }) => ({ ...version, state: STATES[state] }));
}

export function statisticsOf(card: Card, sums: ModelSums): z.infer<typeof modelStats> {
  const { name, version } = card;
  return {
    ...{ name, version, last_inference: sums.lastMs },
    ...{ inference_count: sums.inferences, execution_count: sums.executions },
    inference_stats: {
      ...{ success: toNs(sums.success), fail: toNs(sums.fail), queue: toNs(sums.queue) },
      ...stagesOf(sums),
      ...{ cache_hit: toNs(), cache_miss: toNs() },
    },
    batch_stats: [...sums.batches].sort(([a], [b]) => a - b)
      .map(([batch_size, batch]) => ({ batch_size, ...stagesOf(batch) })),
  };
}

function stagesOf(sums: Readonly<Record<"input" | "infer" | "output", Duration>>) {
  return {
    compute_input: toNs(sums.input),
    compute_infer: toNs(sums.infer),
    compute_output: toNs(sums.output),
  };
}

function toNs({ count, ms }: Duration = { count: 0, ms: 0 }): z.infer<typeof duration> {
  return { count, ns: Math.round(ms * 1e6) };
}
