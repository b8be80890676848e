// Whether a version is fast enough to take over. A pure decision.

import { RegistryError } from "./errors.ts";
import type { LoadedVersion } from "./loaded_version.ts";

/**
 * A model that takes five times as long answers a fifth of the frames: rather an accident (float32 where int8
 * was meant, a build for another box) than a wish.
 */
export const MAX_PACE_RATIO = 5;
/** Milliseconds that are never held against it: a busy box while it is loaded. */
export const PACE_SLACK_MS = 20;

/**
 * Compares the pace of a version when it was loaded with that of the serving one, when that was loaded or
 * lately, whichever is slower.
 *
 * @throws {RegistryError} "too-slow".
 */
export function checkPace(
  next: Pick<LoadedVersion, "version" | "probeMs">,
  serving: Pick<LoadedVersion, "version" | "probeMs" | "window">,
): void {
  const servingMs = Math.max(serving.probeMs, serving.window.stats().medianMs ?? 0);
  if (next.probeMs <= servingMs * MAX_PACE_RATIO + PACE_SLACK_MS) return;
  throw new RegistryError(
    "too-slow",
    `Cannot switch to ${next.version}: a frame takes ${next.probeMs.toFixed(1)} ms, ` +
      `${serving.version} takes ${servingMs.toFixed(1)} ms; force it if that is meant`,
  );
}
