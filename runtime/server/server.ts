// A running server: verified packages, open port, lanes behind it, and a stop that loses no frame. The flags
// are serve.ts's matter.

import type { Deployment, DeploymentOptions } from "../engine/deployment.ts";
import { DEFAULT_FRAME_LIMITS } from "../frame.ts";
import { systemClock } from "../stream/clock.ts";
import type { Connection } from "../stream/connection.ts";
import { createEvents } from "../stream/events.ts";
import { DEFAULT_STREAM_LIMITS } from "../stream/limits.ts";
import { createStreamTable } from "../stream/streams.ts";
import { createViews } from "../stream/views.ts";
import { createApp } from "./app.ts";
import { createModelStatistics } from "./model_statistics.ts";
import type { ServiceOptions } from "./model_service.ts";
import { createServedModels } from "./served_models.ts";
import { loadStaticFiles } from "./static_files.ts";
import { within } from "./within.ts";

export interface ServerOptions
  extends
    Pick<ServiceOptions, "maxBatch" | "maxWaitMs">,
    Pick<DeploymentOptions, "provider" | "decoder"> {
  /** Folder with `<name>/<version>/card.json`. */
  readonly models: string;
  /** Names, or name@version; all models of the folder when none is named. */
  readonly model?: readonly string[];
  /** Whether newer versions that appear in the folder take over. @default {false} */
  readonly watch?: boolean;
  readonly lanes?: number | undefined;
  readonly threads?: number | undefined;
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** @default {32 MiB} */
  readonly maxFrameBytes?: number;
  readonly log: (line: string) => void;
}

export interface Server {
  readonly url: string;
  /** Resolves when the lanes of all models have passed their golden check; rejects when they cannot. */
  readonly ready: Promise<readonly Deployment[]>;
  /** Accepts nothing more, answers what is in flight, closes all sockets. */
  stop(): Promise<void>;
}

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|::1)$/;
const BODY_TIMEOUT_MS = 30_000;
const STOP_TIMEOUT_MS = 15_000;

/** @throws {PackageError}, and Error when the port is taken, before anything is served. */
export async function startServer(options: ServerOptions): Promise<Server> {
  const { host, port, provider, decoder, lanes, threads, maxBatch, maxWaitMs, log } = options;
  const report = (error: unknown) =>
    log(`failed: ${error instanceof Error ? error.stack : String(error)}`);
  const models = await createServedModels({
    ...{ root: options.models, names: options.model ?? [], watch: options.watch ?? false },
    ...{ provider, lanes, threads, maxBatch, maxWaitMs, report, log },
    ...(decoder !== undefined && { decoder }),
  });
  const connections = new Set<Connection>();
  const app = createApp({
    models: models.table,
    registry: models.registry,
    streams: createStreamTable(),
    views: createViews(),
    events: createEvents(),
    statistics: createModelStatistics(),
    files: await loadStaticFiles(),
    limits: {
      ...DEFAULT_STREAM_LIMITS,
      maxFrameBytes: options.maxFrameBytes ?? DEFAULT_FRAME_LIMITS.maxBytes,
      maxPixels: DEFAULT_FRAME_LIMITS.maxPixels,
    },
    bodyTimeoutMs: BODY_TIMEOUT_MS,
    ...{ clock: systemClock, connections, log },
  });
  if (!LOOPBACK.test(host)) {
    log(`Warning: ${host} may be reached by others, and this server asks nobody for a password`);
  }
  const http = listen(host, port, app.fetch);
  const ready = models.start();
  ready.catch(() => {}); // who looks at `ready` handles the error

  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${http.addr.port}`,
    ready,
    async stop() {
      // Not http.shutdown() first: it closes every WebSocket at once, with frames in flight.
      const answered = models.answerAll();
      await Promise.all([...connections].map((connection) => connection.stop()));
      await within(STOP_TIMEOUT_MS, answered);
      await within(STOP_TIMEOUT_MS, http.shutdown());
      await models.stop();
    },
  };
}

function listen(
  hostname: string,
  port: number,
  handler: Deno.ServeHandler,
): Deno.HttpServer<Deno.NetAddr> {
  try {
    return Deno.serve({ hostname, port, onListen() {} }, handler);
  } catch (cause) {
    if (!(cause instanceof Deno.errors.AddrInUse)) throw cause;
    throw new Error(
      `Cannot listen on ${hostname}:${port}: something else does; choose another --port`,
    );
  }
}
