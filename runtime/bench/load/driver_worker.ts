// Worker that drives streams over real WebSockets and counts what comes back. It knows the server only by its
// URL.

import { delay } from "@std/async/delay";
import type { Outcome } from "../../stream/accounting.ts";
import { type LeanReply, type LeanStream, openLeanStream } from "./lean_stream.ts";
import { type MaskedFrame, maskFrame } from "./masked.ts";
import type { LoadMessage, LoadOptions, LoadRequest, LoadResult, StreamLoad } from "./driver.ts";

let stopped = false;

interface Driven extends Pick<LoadOptions, "streams" | "pace"> {
  readonly frames: readonly MaskedFrame[];
}

async function drive(options: LoadOptions): Promise<LoadResult> {
  const { server, model, policy = "latest", streams: count, pace } = options;
  const clients = await Promise.all(
    Array.from({ length: count }, () => openLeanStream(server, { model, policy })),
  );
  const frames = options.frames.map(maskFrame);
  const startMs = performance.now();
  let [firstMs, lastMs] = [Infinity, 0];
  const onDone = (sentMs: number, atMs: number) => {
    [firstMs, lastMs] = [Math.min(firstMs, sentMs), Math.max(lastMs, atMs)];
  };
  const streams = await Promise.all(
    clients.map((client, index) =>
      driveStream(client, index, { ...options, frames }, startMs, onDone)
    ),
  );
  const measuredMs = pace.kind === "open" && !stopped
    ? pace.durationMs - pace.warmUpMs
    : lastMs - firstMs;
  return { streams, measuredMs };
}

async function driveStream(
  client: LeanStream,
  index: number,
  { frames, streams, pace }: Driven,
  startMs: number,
  onDone: (sentMs: number, atMs: number) => void,
): Promise<StreamLoad> {
  const agesMs: number[] = [];
  const doneMs: number[] = [];
  const ended: Record<Outcome, number> = { done: 0, dropped: 0, expired: 0, refused: 0, failed: 0 };
  let [sent, answered] = [0, 0];
  const isMeasured = (now: number) =>
    pace.kind === "closed"
      ? answered > pace.warmUp
      : now >= startMs + pace.warmUpMs && now <= startMs + pace.durationMs;

  function count({ outcome, sentMs }: LeanReply): void {
    const now = performance.now();
    ended[outcome]++;
    answered++;
    if (outcome !== "done" || !isMeasured(now)) return;
    agesMs.push(now - sentMs);
    doneMs.push(performance.timeOrigin + now);
    onDone(sentMs, now);
  }
  const send = () => client.send(frames[(index + sent++) % frames.length]!).then(count);

  const open = new Set<Promise<void>>();
  if (pace.kind === "closed") {
    while (!stopped && sent < pace.warmUp + pace.count) await send();
  } else {
    const phase = index / streams; // streams do not send at the same moment
    const endMs = startMs + pace.durationMs;
    let dueMs = startMs + phase * pace.intervalMs;
    for (; dueMs < endMs && (sent === 0 || performance.now() < endMs); dueMs += pace.intervalMs) {
      const waitMs = dueMs - performance.now();
      if (waitMs > 0) await delay(waitMs);
      if (stopped) break;
      const reply: Promise<void> = send().finally(() => open.delete(reply));
      open.add(reply);
    }
  }
  const told = await client.close();
  await Promise.all(open);
  return { agesMs, doneMs, counted: { received: sent, ...ended, inFlight: 0 }, told };
}

self.onmessage = async ({ data }: MessageEvent<LoadRequest>) => {
  if ("stop" in data) {
    stopped = true;
    return;
  }
  let message: LoadMessage;
  try {
    message = { ok: true, result: await drive(data.start) };
  } catch (error) {
    message = { ok: false, error: error instanceof Error ? error.message : String(error) };
  }
  self.postMessage(message);
};
