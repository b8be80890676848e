// The main side of the load: a Worker that drives streams, so that nothing else on this side slows it.

import type { Frame } from "../../frame.ts";
import type { Counters } from "../../stream/accounting.ts";

export interface LoadOptions {
  readonly server: string;
  readonly model: string;
  /** Sent in turn. */
  readonly frames: readonly Frame[];
  readonly streams: number;
  /**
   * `closed`: a frame when the last one is answered, `count` times after `warmUp` frames that are not measured.
   * `open`: a frame every `intervalMs`, whatever the answers do, for `durationMs`; what is answered before `warmUpMs`
   * is not measured.
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

/** Runs one load from its own Worker to its end. @throws {Error} when a stream breaks. */
export async function runLoad(options: LoadOptions): Promise<LoadResult> {
  const worker = new Worker(new URL("./driver_worker.ts", import.meta.url), { type: "module" });
  try {
    const { promise, resolve, reject } = Promise.withResolvers<LoadMessage>();
    worker.onmessage = ({ data }: MessageEvent<LoadMessage>) => resolve(data);
    worker.onerror = (event) => {
      event.preventDefault();
      reject(new Error(`The load generator failed: ${event.message}`));
    };
    worker.postMessage(options);
    const message = await promise;
    if (message.ok) return message.result;
    throw new Error(`The load generator failed: ${message.error}`);
  } finally {
    worker.terminate();
  }
}
