// The life of a served process: ready, then running, until Ctrl-C or SIGTERM; then a stop that
// loses no frame. SIGTERM is said by a supervisor, which first sends its traffic elsewhere.

import { delay } from "@std/async/delay";
import type { Deployment } from "../engine/deployment.ts";
import type { Server } from "./server.ts";

/**
 * Resolves after a good stop.
 *
 * @param announceMs from SIGTERM, when readiness says 503, to the stop; a second signal ends the wait.
 * @param onReady called when all models answer; a cleanup that it returns runs before the stop.
 * @throws what kept the lanes from being ready.
 */
export async function serveUntilEnd(
  server: Server,
  interrupted: AbortSignal,
  announceMs: number,
  onReady: (deployments: readonly Deployment[]) => (() => Promise<void>) | void,
): Promise<void> {
  const ended = Promise.withResolvers<void>();
  const hurry = new AbortController();
  const end = () => {
    ended.resolve();
    hurry.abort();
  };
  const announce = () => {
    if (hurry.signal.aborted || announcing) return end();
    announcing = true;
    server.announceStop();
    delay(announceMs, { signal: hurry.signal }).then(end, end);
  };
  let announcing = false;
  interrupted.addEventListener("abort", end);
  Deno.addSignalListener("SIGTERM", announce);
  let cleanup: (() => Promise<void>) | void = undefined;
  try {
    const deployments = await Promise.race([server.ready, ended.promise]);
    if (deployments) {
      cleanup = onReady(deployments);
      await ended.promise;
    }
  } finally {
    await cleanup?.();
    await server.stop();
    Deno.removeSignalListener("SIGTERM", announce);
  }
}
