// A running server: verified packages, open port, lanes behind it, and a stop that loses no frame. Where
// the settings come from is config/'s matter.

import { checkExposure } from "../config/exposure.ts";
import type { Config } from "../config/schema.ts";
import type { Caller } from "../auth/authority.ts";
import type { Peer } from "../door/behind_door.ts";
import type { Deployment } from "../engine/deployment.ts";
import type { Logger } from "../log/logger.ts";
import { lookAt } from "../metrics/look.ts";
import type { Observer } from "../metrics/observer.ts";
import { systemClock } from "../stream/clock.ts";
import type { Connection } from "../stream/connection.ts";
import { createEvents } from "../stream/events.ts";
import { DEFAULT_STREAM_LIMITS } from "../stream/limits.ts";
import { createStreamTable } from "../stream/streams.ts";
import { createViews } from "../stream/views.ts";
import { createApp } from "./app.ts";
import { listen } from "./listen.ts";
import { createModelStatistics } from "./model_statistics.ts";
import { openOperations } from "./operations.ts";
import { createServedModels } from "./served_models.ts";
import { loadStaticFiles } from "./static_files.ts";
import { within } from "./within.ts";

export interface ServerOptions {
  readonly config: Config;
  readonly log: Logger;
  /** Watch beside the metrics. @default none */
  readonly observers?: readonly Observer[];
}

export interface Server {
  readonly url: string;
  /** Resolves when the lanes of all models have passed their golden check; rejects when they cannot. */
  readonly ready: Promise<readonly Deployment[]>;
  /** A token for a part of this process; undefined when nobody is asked. */
  admit(caller: Caller): Promise<string | undefined>;
  /** Readiness says 503 from now on; all else goes on. */
  announceStop(): void;
  /** Accepts nothing more, answers what is in flight, closes all sockets; what takes too long is cut off. */
  stop(): Promise<void>;
}

/** @throws {PackageError}, ExposureError, and Error when the port is taken, before anything is served. */
export async function startServer(options: ServerOptions): Promise<Server> {
  const { config, log } = options;
  for (const warning of checkExposure(config)) log.warn(warning);
  const { provider, decoder, lanes, threads, maxBatch, maxWaitMs } = config;
  const report = (error: unknown) =>
    log.error(`failed: ${error instanceof Error ? error.stack : String(error)}`);
  const served = await createServedModels({
    ...{ root: config.models, names: config.model, watch: config.watch, report, log },
    ...{ provider, decoder, lanes, threads, maxBatch, maxWaitMs },
  });
  const { table: models, registry } = served;
  const [streams, views, clock] = [createStreamTable(), createViews(), systemClock];
  const connections = new Set<Connection>();
  const peers = new WeakMap<Request, Peer>();
  await using stack = new AsyncDisposableStack();
  const operations = await openOperations({
    ...{ config, clock, log, observers: options.observers ?? [] },
    now: () =>
      lookAt({
        ...{ models, streams, views, connections: () => listening.connections },
        certificateEnds: () => listening.certificateEnds,
      }),
    scoresOf: (name, version) =>
      models.deployments().find(({ card }) => card.name === name && card.version === version)
        ?.card.scores?.counts,
  });
  stack.defer(() => operations.close());
  const { callers, drain, metrics, middleware, observer, frameBudget, onRevoked } = operations;
  const app = createApp({
    ...{ models, registry, streams, views, clock, connections, log, observer },
    ...{ middleware, metrics, drain, frameBudget, onRevoked },
    upgrade: (request, handshake) => peers.get(request)?.upgrade(handshake),
    events: createEvents(),
    statistics: createModelStatistics(),
    files: await loadStaticFiles(),
    limits: { ...DEFAULT_STREAM_LIMITS, ...config.limits, drainMs: config.drain.hardMs },
    bodyTimeoutMs: config.limits.bodyMs,
  });
  stack.defer(() => served.stop());
  const listening = await listen(config, (request, peer) => {
    callers.arrived(request, peer.address);
    peers.set(request, peer);
    return app.fetch(request);
  }, { clock, log });
  stack.defer(() => listening.close()); // before the models, so that last answers get out
  const ready = served.start();
  ready.catch(() => {}); // who looks at `ready` handles the error
  const held = stack.move();

  return {
    url: listening.url,
    ready,
    admit: (caller) => operations.admit(caller),
    announceStop: () => drain.announce(),
    async stop() {
      drain.refuse();
      listening.shut();
      const answered = served.answerAll();
      const closed = [...connections].map((connection) => connection.stop());
      const inTime = await within(config.drain.hardMs, Promise.all([answered, ...closed]));
      if (!inTime) log.warn("Cut off what was not answered in time");
      await held.disposeAsync();
    },
  };
}
