// From a version's name to lanes that are checked and warm, within a limit of time. Knows no role.

import type { Deployment } from "../engine/deployment.ts";
import type { Clock } from "../stream/clock.ts";
import { refusalOf, RegistryError } from "./errors.ts";
import { createLoadedVersion, type LoadedVersion } from "./loaded_version.ts";

export interface LoadOptions {
  /** For messages, "unet-tiny 1.2.0". */
  readonly model: string;
  /** Verifies every file of the package and returns its folder. */
  verify(): Promise<string>;
  /** Opens its lanes: golden-checked and warm when this resolves. The signal ends that. */
  open(packageDir: string, signal: AbortSignal): Promise<Deployment>;
  readonly clock: Clock;
  /** For all of it. */
  readonly timeoutMs: number;
  /** A pace in ms that is good: once a frame has it, no further ones are timed. @default {0} */
  readonly goodMs?: number;
}

/** Frames that the pace of a version is taken from, at most. On a busy box one of a few runs undisturbed. */
const PROBED_FRAMES = 5;

/**
 * Loads, checks and times a version. What has been opened when it fails or comes late is freed.
 *
 * @throws {RegistryError} "no-such-version", "package-corrupt", "golden-mismatch", "load-timeout" or
 * "load-failed".
 */
export async function loadVersion(options: LoadOptions): Promise<LoadedVersion> {
  const { model, clock, timeoutMs, goodMs = 0 } = options;
  const late = new AbortController();
  let deployment: Deployment | undefined;

  async function work(): Promise<LoadedVersion> {
    const dir = await options.verify();
    late.signal.throwIfAborted();
    deployment = await options.open(dir, late.signal);
    try {
      late.signal.throwIfAborted();
      return createLoadedVersion(deployment, await probeMs(deployment, clock, goodMs), clock);
    } catch (error) {
      await deployment[Symbol.asyncDispose]();
      throw error;
    }
  }

  const timeout = Promise.withResolvers<never>();
  const cancel = clock.after(timeoutMs, () => {
    const message = `Cannot load ${model}: it took longer than ${timeoutMs} ms`;
    const error = new RegistryError("load-timeout", message);
    timeout.reject(error);
    late.abort(error);
    deployment?.[Symbol.asyncDispose]().then(undefined, () => {});
  });
  const working = work();
  working.catch(() => {}); // it may fail when nobody waits for it any more
  try {
    return await Promise.race([working, timeout.promise]);
  } catch (error) {
    throw refusalOf(error, model);
  } finally {
    cancel();
  }
}

/** Shortest time of a grey frame of the input's size, in ms: what else runs on the box only adds to it. */
async function probeMs(deployment: Deployment, clock: Clock, goodMs: number): Promise<number> {
  const { width, height } = deployment.card.input;
  let shortestMs = Infinity;
  for (let run = 0; run < PROBED_FRAMES && shortestMs > goodMs; run++) {
    const bytes = new Uint8Array(width * height).fill(128);
    const started = clock.now();
    const [result] = await deployment.run([
      { frame: { format: "gray8", width, height, bytes }, want: {} },
    ]);
    if (result instanceof Error) throw result;
    shortestMs = Math.min(shortestMs, clock.now() - started);
  }
  return shortestMs;
}
