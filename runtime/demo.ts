// `deno task demo`: a server with the shipped light DPT, and a camera that streams parts into it. The camera is a
// Worker that knows the server only by its URL.

import { runMain } from "../models/cli.ts";
import { loadConfig } from "./config/load.ts";
import type { CameraOptions, CameraReport } from "./demo_camera.ts";
import { createLogger } from "./log/logger.ts";
import { startServer } from "./server/server.ts";
import { formatCounters } from "./stream/accounting.ts";
import { serveUntilEnd } from "./server/until_end.ts";
import { openTelemetry } from "./telemetry/open_telemetry.ts";

const FLAGS = {
  fps: { type: "number", description: "Frames per second", min: 0.1, max: 240, default: 15 },
  dwell: {
    type: "integer",
    description: "Milliseconds that a part is in view",
    min: 50,
    max: 3_600_000,
    default: 1600,
  },
  framesDir: { type: "string", description: "Folder of PNG and JPEG pictures to stream instead" },
} as const;

const STREAM = "camera-1";
/** Of the shipped models the one that is shown, unless others are named. */
const SHOWN = "dpt-light";

async function main(args: string[], interrupted: AbortSignal): Promise<void> {
  const { config: given, flags: { fps, dwell, framesDir } } = loadConfig(args, FLAGS, {
    command: "deno task demo",
    summary:
      "Serves the shipped light DPT, streams generated parts into it and shows them on a page.",
  });
  const isOwn = given.model.length > 0 || given.models !== "models";
  const config = isOwn ? given : { ...given, model: [SHOWN] };
  const log = createLogger(config.log);
  const server = await startServer({ config, log, observers: await openTelemetry() });
  const token = await server.admit({ name: "demo-camera", roles: ["stream"] });
  log(`Listening on ${server.url}, loading`);
  await serveUntilEnd(server, interrupted, config.drain.announceMs, ([first]) => {
    console.log(`\n  Watch the line: ${server.url}/\n`);
    return startCamera({
      ...{ server: server.url, model: first!.card.name, stream: STREAM, fps, dwellMs: dwell },
      ...(framesDir === undefined ? {} : { framesDir }),
      ...(token === undefined ? {} : { token }),
    }, log);
  });
  log("Stopped");
  Deno.exit(0); // Deno keeps the idle timer of some closed sockets, which would hold the process
}

/** Starts the camera's Worker. The returned function ends it in good order. */
function startCamera(options: CameraOptions, log: (line: string) => void): () => Promise<void> {
  const worker = new Worker(new URL("./demo_camera.ts", import.meta.url), { type: "module" });
  const ended = Promise.withResolvers<void>();
  worker.onmessage = ({ data }: MessageEvent<CameraReport>) => {
    if (data.type === "status") {
      const rate = `${data.fps.toFixed(1)} frames/s, p50 ${data.p50Ms.toFixed(0)} ms`;
      log(`${STREAM}: ${rate}; ${formatCounters(data.counters)}`);
    } else {
      if (data.error) log(`The camera has stopped: ${data.error}`);
      ended.resolve();
    }
  };
  worker.onerror = (event) => {
    event.preventDefault();
    log(`The camera has failed: ${event.message}`);
    ended.resolve();
  };
  worker.postMessage(options);
  return async () => {
    worker.postMessage("stop");
    await ended.promise;
    worker.terminate();
  };
}

if (import.meta.main) await runMain(main);
