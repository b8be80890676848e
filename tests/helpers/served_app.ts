// The app on a fake lane behind a real port and its door, for clients.

import { configSchema } from "../../runtime/config/schema.ts";
import type { Peer } from "../../runtime/door/behind_door.ts";
import { type AppDeps, createApp } from "../../runtime/server/app.ts";
import { listen } from "../../runtime/server/listen.ts";
import type { Connection } from "../../runtime/stream/connection.ts";
import type { StreamLimits } from "../../runtime/stream/limits.ts";
import { systemClock } from "../../runtime/stream/clock.ts";
import { FAKE_CARD } from "./fake_lane.ts";
import { fakeRegistry, registryOf } from "./fake_registry.ts";
import { plainOperations } from "./operations.ts";
import { streamBench } from "./stream_bench.ts";

export async function servedApp(
  changed: Partial<StreamLimits> = {},
  changes: Partial<AppDeps> = {},
) {
  const bench = streamBench({ maxFrameBytes: 1000, maxPixels: 1000, ...changed });
  const connections = new Set<Connection>();
  const peers = new WeakMap<Request, Peer>();
  const app = createApp({
    ...bench.deps,
    ...plainOperations(),
    clock: systemClock,
    registry: registryOf(fakeRegistry(undefined, FAKE_CARD.name)),
    files: { respond: () => undefined },
    bodyTimeoutMs: 1000,
    connections,
    upgrade: (request, handshake) => peers.get(request)?.upgrade(handshake),
    ...changes,
  });
  const listening = await listen(configSchema.parse({ port: 0 }), (request, peer) => {
    peers.set(request, peer);
    return app.fetch(request);
  }, { clock: systemClock, log: bench.deps.log });
  return {
    ...bench,
    connections,
    url: listening.url,
    async [Symbol.asyncDispose]() {
      await Promise.all([...connections].map((connection) => connection.stop()));
      await listening.close();
    },
  };
}

const UNTIL_MS = 20_000;

/** Waits until something is true. @throws {Error} when it does not become so. */
export async function until(condition: () => boolean): Promise<void> {
  const endsAt = performance.now() + UNTIL_MS;
  while (!condition()) {
    if (performance.now() > endsAt) throw new Error(`not so after ${UNTIL_MS} ms: ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}
