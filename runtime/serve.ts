// `deno task serve`: flags to a running server, and how it ends. Everything else is in server/.

import { parseFlags, runMain } from "../models/cli.ts";
import { DEFAULT_FRAME_LIMITS } from "./frame.ts";
import { SERVER_FLAGS } from "./server/flags.ts";
import { startServer } from "./server/server.ts";
import { serveUntilEnd } from "./server/until_end.ts";

const FLAGS = {
  ...SERVER_FLAGS,
  maxFrameBytes: {
    type: "integer",
    description: "Most bytes of a frame",
    min: 1024,
    max: DEFAULT_FRAME_LIMITS.maxBytes,
    default: DEFAULT_FRAME_LIMITS.maxBytes,
  },
} as const;

async function main(args: string[], interrupted: AbortSignal): Promise<void> {
  const flags = parseFlags(args, FLAGS, {
    command: "deno task serve",
    summary: "Serves model packages over HTTP and WebSocket, with a page that shows live streams.",
  });
  const log = (line: string) => console.error(line);
  const server = await startServer({ ...flags, log });
  log(`Listening on ${server.url}, loading`);
  await serveUntilEnd(server, interrupted, (deployments) => {
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
