// Finds the lanes that are compared, and says which cannot be. None stays open: idle threads of one spin and double the times of
// another.

import type { VariantName } from "../../models/card.ts";
import { PackageError } from "../../models/package.ts";
import { DECODER_NAMES, DecoderError, type DecoderName } from "../decoder.ts";
import { findAdapter } from "../engine/adapter.ts";
import { PROVIDER_NAMES, ProviderError, type ProviderName } from "../engine/provider.ts";
import { LaneError } from "../engine/worker_channel.ts";
import { openWorkerLane, type WorkerLane, type WorkerLaneOptions } from "../engine/worker_lane.ts";

/** A lane under test, closed. */
export interface BenchLane extends Pick<WorkerLane, "info" | "golden" | "decoder"> {
  /** The software GPU's name; its times say nothing about a GPU. */
  readonly softwareGpu?: string;
  /** Another lane differs by its decoder alone: raw frames are timed there. */
  readonly encodedOnly: boolean;
  /** Opens it anew, golden-checked and warm. Who opens it closes it before another is opened. */
  open(): Promise<WorkerLane>;
}

/** A provider and variant that is not measured. */
export interface Missing {
  readonly provider: ProviderName;
  readonly variant: VariantName;
  readonly reason: string;
}

export interface BenchLanes {
  readonly lanes: readonly BenchLane[];
  readonly missing: readonly Missing[];
}

export interface BenchLanesOptions {
  readonly packageDir: string;
  /** Empty: all, without a software GPU. Named ones are measured even on that. */
  readonly providers: readonly ProviderName[];
  readonly variants: readonly VariantName[];
  /** Empty: all. */
  readonly decoders: readonly DecoderName[];
  readonly threads?: number;
}

type Candidate = Pick<WorkerLaneOptions, "provider" | "shaders"> & {
  readonly variant: VariantName;
  readonly decoder: DecoderName;
};

/** Opens and closes a lane for every provider, variant and decoder; on `webgpu` with shaders and without. */
export async function findBenchLanes(
  options: BenchLanesOptions,
  openLane: (options: WorkerLaneOptions) => Promise<WorkerLane> = openWorkerLane,
): Promise<BenchLanes> {
  const { packageDir, providers, threads } = options;
  const adapter = await findAdapter();
  const lanes: BenchLane[] = [];
  const missing: Missing[] = [];
  const seen = new Set<string>();
  for (const candidate of candidatesOf(options)) {
    const { provider, variant, shaders } = candidate;
    const isSoftware = provider === "webgpu" && !adapter.usable;
    if (isSoftware && providers.length === 0) {
      note(missing, { provider, variant, reason: `${adapter.description}; name it to measure it` });
      continue;
    }
    const open = () =>
      openLane({ packageDir, ...candidate, ...(threads !== undefined && { threads }) });
    try {
      await using lane = await open();
      const { info, golden, decoder, notes } = lane;
      for (const reason of notes) note(missing, { provider, variant, reason });
      // Without shaders after all: that row comes of its own.
      if (shaders && provider === "webgpu" && info.shaders === undefined) continue;
      const kind = `${provider} ${variant} ${shaders}`;
      lanes.push({
        ...{ info, golden, decoder, open, encodedOnly: seen.has(kind) },
        ...(isSoftware && { softwareGpu: adapter.description }),
      });
      seen.add(kind);
    } catch (error) {
      if (!isAboutLane(error)) throw error;
      note(missing, { provider, variant, reason: error.message });
    }
  }
  return { lanes, missing };
}

function* candidatesOf({ providers, variants, decoders }: BenchLanesOptions): Iterable<Candidate> {
  for (const provider of providers.length > 0 ? providers : PROVIDER_NAMES) {
    for (const variant of variants) {
      for (const shaders of provider === "webgpu" ? [true, false] : [true]) {
        for (const decoder of decoders.length > 0 ? decoders : DECODER_NAMES) {
          yield { provider, variant, shaders, decoder };
        }
      }
    }
  }
}

/** Adds a reason once: with every decoder it is the same. */
function note(missing: Missing[], { provider, variant, reason }: Missing): void {
  const isKnown = missing.some((other) =>
    other.provider === provider && other.variant === variant && other.reason === reason
  );
  if (!isKnown) missing.push({ provider, variant, reason });
}

function isAboutLane(error: unknown): error is Error {
  return error instanceof ProviderError || error instanceof LaneError ||
    error instanceof DecoderError ||
    error instanceof PackageError && error.code === "missing";
}
