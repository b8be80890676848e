// The GPU path as a whole, golden-checked and compared with the CPU before its first frame. Knows no Worker.

import type { Golden } from "../../../models/package.ts";
import type { PipelineOptions } from "../../pipeline.ts";
import { checkGolden, type GoldenResult } from "../golden.ts";
import { createGpuPipeline, type GpuPipeline } from "./pipeline.ts";
import { checkShaders } from "./self_check.ts";
import { createGpuSession, type GpuSession, type GpuSessionOptions } from "./session.ts";

export interface ShaderPath extends AsyncDisposable {
  readonly session: GpuSession;
  readonly pipeline: GpuPipeline;
  readonly golden: GoldenResult;
}

/**
 * Opens session and shaders.
 *
 * @throws {ProviderError} when the provider is missing or refuses the graph, the network's golden output is off, or the shaders
 * do not compute what the CPU does.
 */
export async function openShaderPath(
  graph: Uint8Array,
  options: GpuSessionOptions,
  golden: Golden,
  pipelineOptions: PipelineOptions,
): Promise<ShaderPath> {
  const { card } = options;
  await using stack = new AsyncDisposableStack();
  const session = stack.use(await createGpuSession(graph, options));
  const result = await checkGolden(session, card, golden);
  const pipeline = stack.use(await createGpuPipeline(session, card, pipelineOptions));
  await checkShaders(session, card, pipeline);
  const owned = stack.move();
  return {
    ...{ session, pipeline, golden: result },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
