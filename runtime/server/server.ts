// A running server: verified package, open port, lane behind it, and a stop that loses no frame. The flags
// are serve.ts's matter.

import { findPackage, listPackages, openPackage, PackageError } from "../../models/package.ts";
import { type Lane, type LaneOptions, openLane } from "../engine/lane.ts";
import { DEFAULT_FRAME_LIMITS } from "../frame.ts";
import { systemClock } from "../stream/clock.ts";
import type { Connection } from "../stream/connection.ts";
import { DEFAULT_STREAM_LIMITS } from "../stream/limits.ts";
import { createStreamTable } from "../stream/streams.ts";
import { createViews } from "../stream/views.ts";
import { createApp } from "./app.ts";
import { createModelService, createModelTable } from "./model_service.ts";
import { loadStaticFiles } from "./static_files.ts";
import { within } from "./within.ts";

export interface ServerOptions {
  /** Folder with `<name>/<version>/card.json`. */
  readonly models: string;
  /** Name, or name@version. Not needed when the folder has one model. */
  readonly model?: string;
  readonly provider: LaneOptions["provider"];
  readonly decoder?: NonNullable<LaneOptions["decoder"]>;
  readonly threads?: number;
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** @default {32 MiB} */
  readonly maxFrameBytes?: number;
  readonly log: (line: string) => void;
}

export interface Server {
  readonly url: string;
  /** Resolves when the lane has passed its golden check; rejects when it cannot. */
  readonly ready: Promise<Lane>;
  /** Accepts nothing more, answers what is in flight, closes all sockets. */
  stop(): Promise<void>;
}

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|::1)$/;
const BODY_TIMEOUT_MS = 30_000;
const STOP_TIMEOUT_MS = 15_000;

/** @throws {PackageError}, and Error when the port is taken, before anything is served. */
export async function startServer(options: ServerOptions): Promise<Server> {
  const { host, port, provider, decoder = "auto", threads, log } = options;
  const found = await choosePackage(options.models, options.model);
  const report = (error: unknown) =>
    log(`failed: ${error instanceof Error ? error.stack : String(error)}`);
  const service = createModelService({ card: found.card, report });
  const connections = new Set<Connection>();
  const app = createApp({
    models: createModelTable([service]),
    streams: createStreamTable(),
    views: createViews(),
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
  const ready = openLane({
    packageDir: found.dir,
    ...{ provider, decoder, log, ...(threads === undefined ? {} : { threads }) },
  });
  ready.then((lane) => service.attach(lane), () => {}); // who looks at `ready` handles the error

  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${http.addr.port}`,
    ready,
    async stop() {
      // Not http.shutdown() first: it closes every WebSocket at once, with frames in flight.
      const answered = service.stop();
      await Promise.all([...connections].map((connection) => connection.stop()));
      await within(STOP_TIMEOUT_MS, answered);
      await within(STOP_TIMEOUT_MS, http.shutdown());
      const lane = await ready.catch(() => undefined);
      await lane?.[Symbol.asyncDispose]();
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
