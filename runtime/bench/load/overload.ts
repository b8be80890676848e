// Scenario `overload`: many streams offer a multiple of what the lanes can do. Throughput, shares, ages,
// counters, health and memory are held against their bars.

import type { Frame } from "../../frame.ts";
import { percentiles } from "../percentiles.ts";
import type { Capacity } from "./capacity.ts";
import { type LoadResult, runLoad } from "./driver.ts";
import type { Finding } from "./finding.ts";
import { agrees, growth, probe, type ProbeResult } from "./probe.ts";
import type { ServerProcess } from "./server_process.ts";

export interface OverloadOptions {
  readonly server: ServerProcess;
  readonly model: string;
  readonly frames: readonly Frame[];
  readonly streams: number;
  /** Offered load as a multiple of the capacity. */
  readonly load: number;
  readonly durationMs: number;
}

const WARM_UP_MS = 3000;

/**
 * Loads a server.
 *
 * @param capacity measured just before; it decides how much is offered.
 */
export async function loadServer(
  options: OverloadOptions,
  capacity: Capacity,
): Promise<{ load: LoadResult; watched: ProbeResult }> {
  const { server, model, frames, streams, durationMs } = options;
  const intervalMs = 1000 * streams / (options.load * capacity.framesPerSecond);
  const stop = new AbortController();
  const [load, watched] = await Promise.all([
    runLoad({
      ...{ server: server.url, model, frames, streams },
      pace: { kind: "open", warmUpMs: WARM_UP_MS, intervalMs, durationMs },
    }).finally(() => stop.abort()),
    probe(server, stop.signal),
  ]);
  return { load, watched };
}

/** @param capacity what the lanes give alone, as the mean of before and after. */
export function judgeOverload(
  { streams, measuredMs }: LoadResult,
  { healthMs, residentBytes, wrongCounters }: ProbeResult,
  capacity: Capacity,
): Finding[] {
  const done = streams.map(({ agesMs }) => agesMs.length);
  const total = done.reduce((sum, count) => sum + count, 0);
  const rate = total / measuredMs * 1000;
  const ages = percentiles(streams.flatMap(({ agesMs }) => agesMs));
  const fair = total / streams.length;
  const sent = streams.reduce((sum, { counted }) => sum + counted.received, 0);
  const unequal = streams.filter((stream) => !agrees(stream));
  return [
    { name: "capacity of the lanes alone", value: capacity.framesPerSecond, unit: "frames/s" },
    { name: "service time of a frame", value: capacity.serviceMs, unit: "ms" },
    { name: "frames offered", value: sent, unit: "" },
    { name: "answered", value: rate, unit: "frames/s" },
    {
      name: "throughput of capacity",
      value: 100 * rate / capacity.framesPerSecond,
      ...{ unit: "%", bar: { least: 95 } },
    },
    {
      name: "furthest share from equal",
      value: 100 * Math.max(...done.map((count) => Math.abs(count / fair - 1))),
      ...{ unit: "%", bar: { most: 10 } },
    },
    { name: "age of answered frames, p50", value: ages.p50, unit: "ms" },
    {
      name: "age of answered frames, p99, in service times",
      value: ages.p99 / capacity.serviceMs,
      ...{ unit: "", bar: { most: 3 } },
    },
    {
      name: "streams whose counters differ from the client's",
      value: unequal.length,
      ...{ unit: "", bar: { most: 0 } },
    },
    {
      name: "looks at counters that did not add up",
      value: wrongCounters,
      ...{ unit: "", bar: { most: 0 } },
    },
    {
      name: "GET /healthz, p99",
      value: percentiles(healthMs).p99,
      ...{ unit: "ms", bar: { most: 20 } },
    },
    ...(residentBytes.length < 4 ? [] : [{
      name: "growth of resident memory",
      value: 100 * growth(residentBytes),
      ...{ unit: "%", bar: { most: 5 } },
    }]),
  ];
}
