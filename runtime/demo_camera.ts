// Worker that plays the camera of the demo: frames at a steady rate over a real WebSocket, a status now and
// then. It knows the server only by its URL.

import { delay } from "@std/async/delay";
import { StreamClient } from "./client/client.ts";
import { folderFrames, type FrameSource, partFrames } from "./demo_frames.ts";
import { PART_COUNT } from "./demo_parts.ts";
import type { Counters } from "./stream/accounting.ts";

export interface CameraOptions {
  readonly server: string;
  readonly model: string;
  readonly stream: string;
  /** Frames per second. */
  readonly fps: number;
  /** How long one part is in view. */
  readonly dwellMs: number;
  /** Pictures to show instead of generated parts. */
  readonly framesDir?: string;
  /** Where the server asks for one. */
  readonly token?: string;
}

export type CameraReport =
  | {
    readonly type: "status";
    readonly fps: number;
    readonly p50Ms: number;
    readonly counters: Counters;
  }
  | { readonly type: "ended"; readonly error?: string };

const STATUS_MS = 5000;
/** With more unsent bytes than this, the server is stuck and frames are left out. */
const MAX_UNSENT_BYTES = 8 * 2 ** 20;

async function openSource({ framesDir, dwellMs }: CameraOptions): Promise<FrameSource> {
  if (framesDir !== undefined) return await folderFrames(framesDir, dwellMs);
  const parts: Uint8Array[] = [];
  const maker = new Worker(new URL("./demo_parts.ts", import.meta.url), { type: "module" });
  maker.onmessage = ({ data }: MessageEvent<Uint8Array>) => {
    parts.push(data);
    if (parts.length === PART_COUNT) maker.terminate();
  };
  return partFrames(parts, dwellMs);
}

async function play(options: CameraOptions, stopped: AbortSignal): Promise<void> {
  const { server, model, stream: name, fps, token } = options;
  const source = await openSource(options);
  await using stream = await StreamClient.open(server, {
    ...{ model, stream: name },
    ...(token === undefined ? {} : { token }),
  });
  const startedMs = performance.now();
  let status = { sinceMs: startedMs, latencies: [] as number[] };

  for (let tick = 1; !stopped.aborted; tick++) {
    const frame = source(performance.now() - startedMs);
    if (frame && stream.bufferedBytes < MAX_UNSENT_BYTES) {
      stream.send(frame).then((reply) => {
        if (reply.outcome === "done") status.latencies.push(performance.now() - reply.capturedMs);
      }, () => {}); // the end of the stream is told by the next send
    }
    const now = performance.now();
    if (now - status.sinceMs >= STATUS_MS && stream.counters) {
      const { latencies, sinceMs } = status;
      const p50Ms = latencies.toSorted((a, b) => a - b)[Math.floor(latencies.length / 2)] ?? NaN;
      const rate = latencies.length / (now - sinceMs) * 1000;
      report({ type: "status", fps: rate, p50Ms, counters: stream.counters });
      status = { sinceMs: now, latencies: [] };
    }
    if (stream.closed) throw stream.closed;
    await delay(Math.max(0, startedMs + tick * 1000 / fps - performance.now()));
  }
}

function report(message: CameraReport): void {
  self.postMessage(message);
}

if (import.meta.main) {
  const stop = new AbortController();
  self.onmessage = async ({ data }: MessageEvent<CameraOptions | "stop">) => {
    if (data === "stop") return stop.abort();
    try {
      await play(data, stop.signal);
      report({ type: "ended" });
    } catch (error) {
      report({ type: "ended", error: error instanceof Error ? error.message : String(error) });
    }
  };
}
