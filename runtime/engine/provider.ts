// What every provider of inference offers, whatever runs underneath: types, their error, and which of them are GPUs.

import type { Card, VariantName } from "../../models/card.ts";

/** `webgpu` and `wasm` are onnxruntime-web, `cuda` and `cpu` are onnxruntime-node (native, optional). */
export const PROVIDER_NAMES = ["webgpu", "cuda", "cpu", "wasm"] as const;
export type ProviderName = typeof PROVIDER_NAMES[number];

/** A GPU computes with one lane, whatever the cores. */
export function isGpu(provider: ProviderName): boolean {
  return provider === "webgpu" || provider === "cuda";
}

/** What a session was made of. */
export interface SessionInfo {
  readonly package: string;
  readonly provider: ProviderName;
  readonly variant: VariantName;
  /** Threads that compute; 1 for `webgpu` and `cuda`. */
  readonly threads: number;
  /** Version of the build underneath, e.g. "1.30.0". */
  readonly onnxruntime: string;
  /** How a frame goes through the GPU, where shaders do all around the network. */
  readonly shaders?: ShaderInfo;
}

export interface ShaderInfo {
  /** Whether bytes are taken right after mapping, as Deno allows, or when its promise resolves. */
  readonly read: "immediate" | "awaited";
}

/** A loaded graph on one provider. One run at a time. */
export interface Session extends AsyncDisposable {
  readonly info: SessionInfo;
  /** Of a GPU that can be lost: resolves with the reason when it is. All runs fail from then on. */
  readonly lost?: Promise<string>;
  /**
   * @param input `image`, planar float32 [batch, 3, H, W].
   * @returns `anomaly_map`, float32 [batch, 1, H, W], scores 0..1.
   * @throws {ProviderError} code "run" when the provider fails.
   */
  run(input: Float32Array, batch: number): Promise<Float32Array>;
}

export interface SessionOptions {
  /** Names the session in errors and logs, e.g. "unet-tiny 1.0.0". */
  readonly package: string;
  readonly card: Card;
  readonly variant: VariantName;
  readonly provider: ProviderName;
  readonly threads: number;
  /**
   * How long an idle thread of `cpu` spins for its next work before it sleeps, in µs.
   *
   * @default onnxruntime's, long beyond the end of a run
   */
  readonly spinUs?: number | undefined;
}

/**
 * - "missing": the provider is not on this machine (package not installed, no adapter)
 * - "create": the graph could not be loaded
 * - "run": a run failed
 * - "golden": the provider computes other numbers than the trainer did
 */
export type ProviderErrorCode = "missing" | "create" | "run" | "golden";

/** A provider that is absent, or failed. */
export class ProviderError extends Error {
  override readonly name = "ProviderError";
  constructor(readonly code: ProviderErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
  }
}
