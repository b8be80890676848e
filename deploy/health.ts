// The container's health check: asks the server of this container whether it lives, by the server's own
// settings. Ends with 0 or 1.

import { get as getPlain } from "node:http";
import { get as getTls } from "node:https";
import { runMain } from "../models/cli.ts";
import { loadConfig } from "../runtime/config/load.ts";

const LIMIT_MS = 4000;

async function main(args: string[]): Promise<void> {
  const { config } = loadConfig(args, {}, {
    command: "deno run -P=health deploy/health.ts",
    summary: "Asks the server of this machine whether it lives.",
  });
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const where = { host: "127.0.0.1", port: config.port, path: "/healthz", timeout: LIMIT_MS };
  const timer = setTimeout(() => reject(new Error(`no answer in ${LIMIT_MS} ms`)), LIMIT_MS);
  // The certificate names the machine, not its loopback address; the bytes do not leave it.
  const request = config.tls.cert === undefined
    ? getPlain(where, (answer) => resolve(answer.statusCode ?? 0))
    : getTls({ ...where, rejectUnauthorized: false }, (answer) => resolve(answer.statusCode ?? 0));
  request.on("error", reject);
  const status = await promise;
  clearTimeout(timer);
  request.destroy();
  if (status !== 200) throw new Error(`/healthz answered ${status}`);
}

if (import.meta.main) {
  await runMain(main);
  Deno.exit(0);
}
