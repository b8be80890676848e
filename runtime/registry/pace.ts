// Whether a version is fast enough to take over. A pure decision.

import { RegistryError } from "./errors.ts";
import type { LoadedVersion } from "./loaded_version.ts";

/**
 * A model that takes five times as long answers a fifth of the frames: rather an accident (float32 where int8
 * was meant, a build for another box) than a wish.
 */
const MAX_PACE_RATIO = 5;
/**
 * A frame within this of the serving version's lately, while both compute, is fast enough to time no more of them: those
 * that are timed slow the ones that are served.
 */
export const GOOD_PACE_RATIO = 3;
/** Frames below which a version has no pace lately. */
const MIN_FRAMES = 20;
/** Milliseconds that are never held against it: a busy box while it is loaded. */
const PACE_SLACK_MS = 20;

/** Median time of a frame of a version in ms, undefined while it has answered too few to tell. */
export function paceLately({ window }: Pick<LoadedVersion, "window">): number | undefined {
  const { frames, medianMs } = window.stats();
  return frames < MIN_FRAMES ? undefined : medianMs;
}

/**
 * Compares the pace of a version when it was loaded with that of the serving one: of the frames that it answers lately,
 * or when it was loaded, if these are few.
 *
 * @throws {RegistryError} "too-slow".
 */
export function checkPace(
  next: Pick<LoadedVersion, "version" | "probeMs">,
  serving: Pick<LoadedVersion, "version" | "probeMs" | "window">,
): void {
  const servingMs = paceLately(serving) ?? serving.probeMs;
  if (next.probeMs <= servingMs * MAX_PACE_RATIO + PACE_SLACK_MS) return;
  throw new RegistryError(
    "too-slow",
    `Cannot switch to ${next.version}: a frame takes ${next.probeMs.toFixed(1)} ms, ` +
      `${serving.version} takes ${servingMs.toFixed(1)} ms; force it if that is meant`,
  );
}
