// Scenario `swaps`: versions are switched again and again, and broken ones are tried, while streams offer less than
// the lanes can do. What that did to the frames is judge_swaps.ts's matter.

import { delay } from "@std/async/delay";
import type { Frame } from "../../frame.ts";
import type { Capacity } from "./capacity.ts";
import { type LoadResult, runLoad } from "./driver.ts";
import { probe, type ProbeResult } from "./probe.ts";
import type { ServerProcess } from "./server_process.ts";
import type { SwapModels } from "./swap_models.ts";

export interface SwapOptions {
  readonly server: ServerProcess;
  readonly model: string;
  readonly models: Pick<SwapModels, "good" | "broken">;
  readonly frames: readonly Frame[];
  readonly streams: number;
  /** Offered load as a share of the capacity. */
  readonly load: number;
  readonly swaps: number;
  /** Between one swap and the next: the usual, that the ages during swaps are compared with. */
  readonly pauseMs: number;
}

/** One try to switch. */
export interface Attempt {
  /** In ms since the epoch, with the time in which the lanes of the version before are freed. */
  readonly startMs: number;
  readonly endMs: number;
  /** From asking to the answer. */
  readonly tookMs: number;
  /** The code of the refusal; undefined when the version serves. */
  readonly refused: string | undefined;
}

/** What was done to the server. */
export interface SwapRun {
  readonly swaps: readonly Attempt[];
  /** Resident bytes after each swap; empty where the system does not tell. */
  readonly residentBytes: readonly number[];
  /** One for each broken version. */
  readonly broken: readonly (Attempt & {
    readonly expected: string;
    /** Whether the version that served before serves on. */
    readonly served: boolean;
  })[];
}

const WARM_UP_MS = 3000;
/** Freeing sessions and Workers of a version that has lost its role; belongs to its swap. */
const FREEING_MS = 250;
/** The server's own limit for loading a version, and the drain of the one before. */
const SWITCH_TIMEOUT_MS = 90_000;

/** @param capacity decides how much is offered. */
export async function loadSwaps(
  options: SwapOptions,
  capacity: Pick<Capacity, "framesPerSecond">,
): Promise<{ load: LoadResult; run: SwapRun; watched: ProbeResult }> {
  const { server, model, frames, streams } = options;
  const intervalMs = 1000 * streams / (options.load * capacity.framesPerSecond);
  const stop = new AbortController();
  const loading = runLoad({
    ...{ server: server.url, model, frames, streams, policy: "queue" },
    pace: { kind: "open", warmUpMs: WARM_UP_MS, intervalMs, durationMs: Infinity },
  }, stop.signal);
  const [load, watched, run] = await Promise.all([
    loading.finally(() => stop.abort()),
    probe(server, stop.signal),
    swap(options, stop.signal).finally(() => stop.abort()),
  ]);
  return { load, run, watched };
}

/** @param signal nothing more is tried when the load has ended. */
async function swap(options: SwapOptions, signal: AbortSignal): Promise<SwapRun> {
  const { server, model, models, pauseMs } = options;
  const swaps: Attempt[] = [];
  const residentBytes: number[] = [];
  const broken: SwapRun["broken"][number][] = [];
  let serving = models.good.at(-1)!; // a server begins with the newest
  await delay(WARM_UP_MS + pauseMs);
  for (let at = 0; at < options.swaps && !signal.aborted; at++) {
    const version = models.good[at % models.good.length]!;
    const attempt = await tryToSwitch(server.url, model, version);
    swaps.push(attempt);
    if (attempt.refused === undefined) serving = version;
    const bytes = await server.residentBytes();
    if (bytes !== undefined) residentBytes.push(bytes);
    await delay(pauseMs);
  }
  for (const { version, code } of models.broken) {
    if (signal.aborted) break;
    const attempt = await tryToSwitch(server.url, model, version);
    const served = await serves(server.url, model, serving);
    broken.push({ ...attempt, expected: code, served });
    await delay(pauseMs);
  }
  return { swaps, residentBytes, broken };
}

async function tryToSwitch(url: string, model: string, version: string): Promise<Attempt> {
  const start = performance.now();
  const response = await fetch(`${url}/v1/models/${model}/switch`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ version, watchMs: 0 }),
    signal: AbortSignal.timeout(SWITCH_TIMEOUT_MS),
  });
  const body = await response.json() as { code?: string; detail?: string };
  const tookMs = performance.now() - start;
  if (!response.ok) console.error(`${version} is refused, ${body.code}: ${body.detail}`);
  await delay(FREEING_MS);
  return {
    startMs: performance.timeOrigin + start,
    endMs: performance.timeOrigin + performance.now(),
    tookMs,
    refused: response.ok ? undefined : body.code ?? `status ${response.status}`,
  };
}

async function serves(url: string, model: string, version: string): Promise<boolean> {
  const response = await fetch(`${url}/v1/models/${model}/versions`);
  const { versions } = await response.json() as { versions: { version: string; state: string }[] };
  return versions.some((known) => known.version === version && known.state === "serving");
}
