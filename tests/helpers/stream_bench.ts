// A stream's server side on fakes: lane, clock and sockets that the test moves by hand.

import { createLogger } from "../../runtime/log/logger.ts";
import type { FrameEvent } from "../../runtime/metrics/observer.ts";
import { createModelService, createModelTable } from "../../runtime/server/model_service.ts";
import { acceptStream, type ConnectionDeps } from "../../runtime/stream/connection.ts";
import { DEFAULT_STREAM_LIMITS, type StreamLimits } from "../../runtime/stream/limits.ts";
import { encodeFrame, type FrameMessage } from "../../runtime/stream/protocol.ts";
import { createStreamTable } from "../../runtime/stream/streams.ts";
import { createViews } from "../../runtime/stream/views.ts";
import { fakeClock } from "./fake_clock.ts";
import { FAKE_CARD, fakeLane } from "./fake_lane.ts";
import { fakeSocket } from "./fake_socket.ts";

export const HELLO = { type: "hello", protocol: "lineside.v1", model: "unet-small" };

export function streamBench(changed: Partial<StreamLimits> = {}) {
  const lane = fakeLane();
  const clock = fakeClock();
  const log: string[] = [];
  const errors: unknown[] = [];
  const events: FrameEvent[] = [];
  const budget = { waitMs: 0 };
  const service = createModelService({ card: FAKE_CARD, report: (error) => errors.push(error) });
  service.attach(lane);
  const deps: ConnectionDeps = {
    models: createModelTable([service]),
    streams: createStreamTable(),
    views: createViews(),
    limits: { ...DEFAULT_STREAM_LIMITS, maxFrameBytes: 64, maxPixels: 100, ...changed },
    clock,
    log: createLogger({ level: "debug", write: (line) => log.push(line) }),
    observer: { onFrame: (event) => void events.push(event) },
    frameBudget: () => budget.waitMs,
  };
  /** A socket that has said hello, unless `hello` is null. */
  function connect(hello: Record<string, unknown> | null = HELLO) {
    const socket = fakeSocket();
    const connection = acceptStream(socket, deps);
    if (hello) socket.receive(JSON.stringify(hello));
    return { socket, connection };
  }
  return { lane, clock, log, errors, events, budget, service, deps, connect };
}

/** A frame message of two pixels. */
export function frameBytes(sequence: number, changed: Partial<FrameMessage> = {}) {
  return encodeFrame({
    ...{ sequence, capturedMs: sequence / 2, format: "gray8", width: 2, height: 1 },
    bytes: Uint8Array.from([sequence, 0]),
    ...changed,
  });
}
