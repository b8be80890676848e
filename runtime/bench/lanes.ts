// Opens the lanes that are compared, and says which cannot be.

import type { VariantName } from "../../models/card.ts";
import { PackageError } from "../../models/package.ts";
import { findAdapter } from "../engine/adapter.ts";
import { PROVIDER_NAMES, ProviderError, type ProviderName } from "../engine/provider.ts";
import { LaneError } from "../engine/worker_channel.ts";
import { openWorkerLane, type WorkerLane } from "../engine/worker_lane.ts";

/** A lane under test. */
export interface BenchLane {
  readonly lane: WorkerLane;
  /** The software GPU's name; its times say nothing about a GPU. */
  readonly softwareGpu?: string;
}

/** A provider and variant that is not measured. */
export interface Missing {
  readonly provider: ProviderName;
  readonly variant: VariantName;
  readonly reason: string;
}

export interface BenchLanes extends AsyncDisposable {
  readonly lanes: readonly BenchLane[];
  readonly missing: readonly Missing[];
}

export interface BenchLanesOptions {
  readonly packageDir: string;
  /** Empty: all, without a software GPU. Named ones are measured even on that. */
  readonly providers: readonly ProviderName[];
  readonly variants: readonly VariantName[];
  readonly threads?: number;
}

/** Opens a lane for every provider and variant. Disposing closes them all. */
export async function openBenchLanes(options: BenchLanesOptions): Promise<BenchLanes> {
  const { packageDir, providers, variants, threads } = options;
  const adapter = await findAdapter();
  await using stack = new AsyncDisposableStack();
  const lanes: BenchLane[] = [];
  const missing: Missing[] = [];
  for (const provider of providers.length > 0 ? providers : PROVIDER_NAMES) {
    const unsuited = provider === "webgpu" && !adapter.usable;
    for (const variant of variants) {
      if (unsuited && providers.length === 0) {
        missing.push({
          provider,
          variant,
          reason: `${adapter.description}; name it to measure it`,
        });
        continue;
      }
      try {
        const lane = stack.use(
          await openWorkerLane({
            packageDir,
            provider,
            variant,
            ...(threads !== undefined && { threads }),
          }),
        );
        lanes.push({ lane, ...(unsuited && { softwareGpu: adapter.description }) });
      } catch (error) {
        if (!isAboutLane(error)) throw error;
        missing.push({ provider, variant, reason: error.message });
      }
    }
  }
  const opened = stack.move();
  return { lanes, missing, [Symbol.asyncDispose]: () => opened.disposeAsync() };
}

function isAboutLane(error: unknown): error is Error {
  return error instanceof ProviderError || error instanceof LaneError ||
    error instanceof PackageError && error.code === "missing";
}
