// The main side of the load: a Worker that drives streams, so that nothing else on this side slows it.

import type { Frame } from "../../frame.ts";
import type { Counters } from "../../stream/accounting.ts";

export interface LoadOptions {
  readonly server: string;
  readonly model: string;
  /** Sent in turn. */
  readonly frames: readonly Frame[];
  readonly streams: number;
  /** As in the hello of a stream. @default {"latest"} */
  readonly policy?: "latest" | "queue";
  /**
   * `closed`: a frame when the last one is answered, `count` times after `warmUp` frames that are not measured.
   * `open`: a frame every `intervalMs`, whatever the answers do, for `durationMs`; what is answered before `warmUpMs`
   * is not measured. Both end earlier when the signal aborts.
   */
  readonly pace:
    | { readonly kind: "closed"; readonly warmUp: number; readonly count: number }
    | {
      readonly kind: "open";
      readonly warmUpMs: number;
      readonly intervalMs: number;
      readonly durationMs: number;
    };
}

/** What one stream saw. */
export interface StreamLoad {
  /** From sending a frame to its reply, of done frames after the warm-up, in ms. */
  readonly agesMs: readonly number[];
  /** When each of these was answered, in ms since the epoch. */
  readonly doneMs: readonly number[];
  /** As the client counted its replies; nothing is in flight at the end. */
  readonly counted: Counters;
  /** The server's last word. */
  readonly told: Counters | undefined;
}

export interface LoadResult {
  readonly streams: readonly StreamLoad[];
  /** How long was measured. */
  readonly measuredMs: number;
}

export type LoadMessage =
  | { readonly ok: true; readonly result: LoadResult }
  | { readonly ok: false; readonly error: string };

/** Sent to the Worker: what to do, once, then to send no more. */
export type LoadRequest = { readonly start: LoadOptions } | { readonly stop: true };

/**
 * Runs one load from its own Worker to its end.
 *
 * @param signal sends no more frames once it aborts; those that are under way are waited for.
 * @throws {Error} when a stream breaks.
 */
export async function runLoad(options: LoadOptions, signal?: AbortSignal): Promise<LoadResult> {
  const worker = new Worker(new URL("./driver_worker.ts", import.meta.url), { type: "module" });
  const tell = (request: LoadRequest) => worker.postMessage(request);
  const stop = () => tell({ stop: true });
  try {
    const { promise, resolve, reject } = Promise.withResolvers<LoadMessage>();
    worker.onmessage = ({ data }: MessageEvent<LoadMessage>) => resolve(data);
    worker.onerror = (event) => {
      event.preventDefault();
      reject(new Error(`The load generator failed: ${event.message}`));
    };
    tell({ start: options });
    signal?.addEventListener("abort", stop, { once: true });
    if (signal?.aborted) stop();
    const message = await promise;
    if (message.ok) return message.result;
    throw new Error(`The load generator failed: ${message.error}`);
  } finally {
    signal?.removeEventListener("abort", stop);
    worker.terminate();
  }
}
