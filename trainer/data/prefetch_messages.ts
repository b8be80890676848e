// What crosses between a prefetcher and its Workers.

import type { Batch } from "./batches.ts";
import type { PrefetchSource } from "./prefetch_source.ts";
import type { SharedPixels } from "./shared_cache.ts";

/** Said once, before anything else. It has no answer. */
export interface OpenRequest {
  readonly kind: "open";
  readonly source: PrefetchSource;
  readonly shared: SharedPixels;
}

export type PrefetchRequest = OpenRequest | { readonly kind: "make"; readonly step: number };

/** Every "make" has exactly one answer. The buffers of a batch are moved, not copied. */
export type PrefetchAnswer =
  | { readonly step: number; readonly batch: Batch }
  | { readonly step: number; readonly error: string };

/**
 * - "failed": a batch could not be made; the next ones may
 * - "crashed": a Worker ended on an error nobody caught
 * - "stalled": a batch was not there in time
 * - "closed": the prefetcher was disposed
 */
export type PrefetchErrorCode = "failed" | "crashed" | "stalled" | "closed";

/** A batch that does not come. After every code but "failed" no other comes either. */
export class PrefetchError extends Error {
  override readonly name = "PrefetchError";
  constructor(readonly code: PrefetchErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
  }
}

/** Why a batch could not be made; the reason names the file. */
export function failureText(step: number, error: unknown): string {
  const reason = error instanceof Error ? error.message : String(error);
  return `Cannot make the batch of step ${step}: ${reason}`;
}
