// A stream's server side on fakes: lane, clock and sockets that the test moves by hand.

import { createLogger } from "../../runtime/log/logger.ts";
import type { FrameEvent } from "../../runtime/metrics/observer.ts";
import { createModelService } from "../../runtime/server/model_service.ts";
import { createModelStatistics } from "../../runtime/server/model_statistics.ts";
import { fakeModelTable } from "./model_table.ts";
import { createSingleRouter } from "./single_router.ts";
import { acceptStream, type ConnectionDeps } from "../../runtime/stream/connection.ts";
import { createEvents } from "../../runtime/stream/events.ts";
import { DEFAULT_STREAM_LIMITS, type StreamLimits } from "../../runtime/stream/limits.ts";
import { encodeFrame, type FrameMessage } from "../../runtime/stream/protocol.ts";
import { createStreamTable } from "../../runtime/stream/streams.ts";
import { createViews } from "../../runtime/stream/views.ts";
import { fakeClock } from "./fake_clock.ts";
import { FAKE_CARD, fakeDeployment, fakeLane } from "./fake_lane.ts";
import { fakeSocket } from "./fake_socket.ts";

export const HELLO = { type: "hello", protocol: "lineside.v1", model: "unet-small" };

export function streamBench(changed: Partial<StreamLimits> = {}) {
  const lane = fakeLane();
  const clock = fakeClock();
  const log: string[] = [];
  const errors: unknown[] = [];
  const frames: FrameEvent[] = [];
  const budget = { waitMs: 0 };
  const router = createSingleRouter();
  const service = createModelService({
    ...{ card: FAKE_CARD, router, clock },
    report: (error) => errors.push(error),
  });
  const deployment = fakeDeployment([lane]);
  router.attach(deployment);
  const deps: ConnectionDeps = {
    models: fakeModelTable([service], [deployment]),
    streams: createStreamTable(),
    views: createViews(),
    events: createEvents({ run: "run" }),
    statistics: createModelStatistics(),
    limits: { ...DEFAULT_STREAM_LIMITS, maxFrameBytes: 64, maxPixels: 100, ...changed },
    clock,
    log: createLogger({ level: "debug", write: (line) => log.push(line) }),
    observer: { onFrame: (event) => void frames.push(event) },
    frameBudget: () => budget.waitMs,
  };
  /** A socket that has said hello, unless `hello` is null. */
  function connect(hello: Record<string, unknown> | null = HELLO) {
    const socket = fakeSocket();
    const connection = acceptStream(socket, deps);
    if (hello) socket.receive(JSON.stringify(hello));
    return { socket, connection };
  }
  return { lane, clock, log, errors, frames, budget, router, service, deps, connect };
}

/** A frame message of two pixels. */
export function frameBytes(sequence: number, changed: Partial<FrameMessage> = {}) {
  return encodeFrame({
    ...{ sequence, capturedMs: sequence / 2, format: "gray8", width: 2, height: 1 },
    bytes: Uint8Array.from([sequence, 0]),
    ...changed,
  });
}
