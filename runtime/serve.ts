// `deno task serve`: settings to a running server, and how it ends. Everything else is in server/ and config/.

import { runMain } from "../models/cli.ts";
import { loadConfig } from "./config/load.ts";
import { createLogger } from "./log/logger.ts";
import { startServer } from "./server/server.ts";
import { serveUntilEnd } from "./server/until_end.ts";
import { openTelemetry } from "./telemetry/open_telemetry.ts";

async function main(args: string[], interrupted: AbortSignal): Promise<void> {
  const { config } = loadConfig(args, {}, {
    command: "deno task serve",
    summary: "Serves model packages over HTTP and WebSocket, with a page that shows live streams.",
  });
  const log = createLogger(config.log);
  const server = await startServer({ config, log, observers: await openTelemetry() });
  log(`Listening on ${server.url}, loading`);
  await serveUntilEnd(server, interrupted, config.drain.announceMs, (deployments) => {
    for (const { card: { name, version }, variant, provider, lanes } of deployments) {
      log(`Ready: ${name} ${version}, ${variant} on ${provider}, lanes ${lanes.length}`);
      log(`  frames  POST ${server.url}/v1/models/${name}/segment`);
    }
    log(`  page    ${server.url}/`);
    log(`  stream  ${server.url.replace(/^http/, "ws")}/v1/stream`);
  });
  log("Stopped");
  Deno.exit(0); // Deno keeps the idle timer of some closed sockets, which would hold the process
}

if (import.meta.main) await runMain(main);
