// A supervisor's stop is worth a checkpoint, as Ctrl-C is.

/** Aborts at SIGTERM. */
export function terminated(): AbortSignal {
  const controller = new AbortController();
  if (Deno.build.os !== "windows") {
    Deno.addSignalListener("SIGTERM", () => controller.abort());
  }
  return controller.signal;
}
