// A running server: verified package, open port, lane behind it, and a stop that loses no frame. Where
// the settings come from is config/'s matter.

import { findPackage, listPackages, openPackage, PackageError } from "../../models/package.ts";
import { checkExposure } from "../config/exposure.ts";
import type { Config } from "../config/schema.ts";
import type { Caller } from "../auth/authority.ts";
import { type Lane, openLane } from "../engine/lane.ts";
import type { Logger } from "../log/logger.ts";
import { lookAt } from "../metrics/look.ts";
import type { Observer } from "../metrics/observer.ts";
import { systemClock } from "../stream/clock.ts";
import type { Connection } from "../stream/connection.ts";
import { DEFAULT_STREAM_LIMITS } from "../stream/limits.ts";
import { createStreamTable } from "../stream/streams.ts";
import { createViews } from "../stream/views.ts";
import { createApp } from "./app.ts";
import { listen } from "./listen.ts";
import { createModelService, createModelTable } from "./model_service.ts";
import { openOperations } from "./operations.ts";
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
  /** Resolves when the lane has passed its golden check; rejects when it cannot. */
  readonly ready: Promise<Lane>;
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
  const found = await choosePackage(config.models, config.model);
  const report = (error: unknown) =>
    log.error(`failed: ${error instanceof Error ? error.stack : String(error)}`);
  const service = createModelService({ card: found.card, report });
  const models = createModelTable([service]);
  const [streams, views] = [createStreamTable(), createViews()];
  const sockets = new Set<Connection>();
  const clock = systemClock;
  await using stack = new AsyncDisposableStack();
  const operations = await openOperations({
    ...{ config, clock, log, observers: options.observers ?? [] },
    now: () => lookAt({ models, streams, views, connections: () => listening.connections }),
    scoresOf: (name, version) => models.find(name, version)?.card.scores?.counts,
  });
  stack.defer(() => operations.close());
  const { callers, drain, metrics, middleware, observer, frameBudget } = operations;
  const app = createApp({
    ...{ models, streams, views, clock, connections: sockets, log, observer },
    ...{ middleware, metrics, drain, frameBudget },
    files: await loadStaticFiles(),
    limits: { ...DEFAULT_STREAM_LIMITS, ...config.limits, drainMs: config.drain.hardMs },
    bodyTimeoutMs: config.limits.bodyMs,
  });
  const listening = await listen(config, (request, address) => {
    callers.arrived(request, address);
    return app.fetch(request);
  }, { clock, log });
  stack.defer(() => listening.close());
  const { threads, provider } = config;
  const ready = openLane({
    packageDir: found.dir,
    ...{ provider, log, ...(threads === undefined ? {} : { threads }) },
  });
  ready.then((lane) => service.attach(lane), () => {}); // who looks at `ready` handles the error
  stack.defer(async () => {
    const lane = await ready.catch(() => undefined);
    await lane?.[Symbol.asyncDispose]();
  });
  const held = stack.move();

  return {
    url: listening.url,
    ready,
    admit: (caller) => operations.admit(caller),
    announceStop: () => drain.announce(),
    async stop() {
      drain.refuse();
      listening.shut();
      const answered = service.stop();
      const closed = [...sockets].map((socket) => socket.stop());
      const inTime = await within(config.drain.hardMs, Promise.all([answered, ...closed]));
      if (!inTime) log.warn("Cut off what was not answered in time");
      await held.disposeAsync();
    },
  };
}

async function choosePackage(root: string, model?: string): ReturnType<typeof openPackage> {
  if (model !== undefined) {
    const [name, version] = model.split("@", 2);
    return await findPackage(root, name!, version);
  }
  const entries = await listPackages(root);
  const names = [...new Set(entries.map((entry) => entry.name))];
  if (names.length === 1) return await findPackage(root, names[0]!);
  throw new PackageError(
    "missing",
    names.length === 0
      ? `Cannot serve "${root}": it holds no model package (<name>/<version>/card.json)`
      : `Cannot choose a model in "${root}": it holds ${names.join(", ")}; name one with --model`,
  );
}
