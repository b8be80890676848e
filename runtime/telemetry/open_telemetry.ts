// Loads the spans only where Deno was told to export them: nothing of OpenTelemetry is even read otherwise.

import type { Observer } from "../metrics/observer.ts";

/** The observers that telemetry adds: none unless OTEL_DENO is true. */
export async function openTelemetry(
  env: (name: string) => string | undefined = (name) => Deno.env.get(name),
): Promise<readonly Observer[]> {
  if (!/^(true|1)$/.test(env("OTEL_DENO") ?? "")) return [];
  const { createSpans } = await import("./spans.ts");
  return [createSpans()];
}
