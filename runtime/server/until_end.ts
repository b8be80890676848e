// The life of a served process: ready, then running, until Ctrl-C or SIGTERM; then a stop that loses no frame.

import type { Deployment } from "../engine/deployment.ts";
import type { Server } from "./server.ts";

/**
 * Resolves after a good stop.
 *
 * @param onReady called when all models answer; a cleanup that it returns runs before the stop.
 * @throws what kept the lanes from being ready.
 */
export async function serveUntilEnd(
  server: Server,
  interrupted: AbortSignal,
  onReady: (deployments: readonly Deployment[]) => (() => Promise<void>) | void,
): Promise<void> {
  const ended = Promise.withResolvers<void>();
  const end = () => ended.resolve();
  interrupted.addEventListener("abort", end);
  Deno.addSignalListener("SIGTERM", end);
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
    Deno.removeSignalListener("SIGTERM", end);
  }
}
