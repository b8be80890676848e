// What became of frames, ages, memory and refusals in scenario `swaps`, held against the bars. Numbers in, figures out.

import { percentiles } from "../percentiles.ts";
import type { Capacity } from "./capacity.ts";
import type { LoadResult, StreamLoad } from "./driver.ts";
import type { Finding } from "./finding.ts";
import { agrees, type ProbeResult } from "./probe.ts";
import type { Attempt, SwapRun } from "./swaps.ts";

/** Swaps after which the memory should not grow any more. */
const SETTLED_SWAPS = 10;
/** Memory is compared by the mean over so many swaps. */
const MEAN_OVER = 10;

/** @param capacity what the lanes give alone, measured before. */
export function judgeSwaps(
  { streams, measuredMs }: LoadResult,
  { swaps, residentBytes, broken }: SwapRun,
  { wrongCounters }: Pick<ProbeResult, "wrongCounters">,
  capacity: Pick<Capacity, "framesPerSecond">,
): Finding[] {
  const offered = streams.reduce((sum, { agesMs }) => sum + agesMs.length, 0) / measuredMs * 1000;
  const lost = streams.reduce((sum, { counted }) => sum + counted.received - counted.done, 0);
  const during = streams.flatMap((stream) => agesWhile(stream, swaps));
  const whileBroken = streams.flatMap((stream) => agesWhile(stream, broken));
  const between = streams.flatMap((stream) =>
    agesBetween(stream, swaps, broken[0]?.startMs ?? Infinity)
  );
  const count = (name: string, value: number, most?: number): Finding => ({
    ...{ name, value, unit: "" },
    ...(most !== undefined && { bar: { most } }),
  });
  const ms = (name: string, value: number): Finding => ({ name, value, unit: "ms" });
  return [
    { name: "capacity of the lanes alone", value: capacity.framesPerSecond, unit: "frames/s" },
    { name: "answered", value: offered, unit: "frames/s" },
    count("swaps", swaps.length),
    count("swaps refused", swaps.filter(({ refused }) => refused !== undefined).length, 0),
    ms("a swap, p50", percentile("p50", swaps.map(({ tookMs }) => tookMs))),
    count("frames sent", streams.reduce((sum, { counted }) => sum + counted.received, 0)),
    count("frames lost or failed", lost, 0),
    count("frames answered between swaps", between.length),
    ms("age between swaps, p50", percentile("p50", between)),
    ms("age between swaps, p99", percentile("p99", between)),
    count("frames answered during swaps", during.length),
    ms("age during swaps, p50", percentile("p50", during)),
    ms("age during swaps, p99", percentile("p99", during)),
    count(
      "p99 during swaps by that between",
      percentile("p99", during) / percentile("p99", between),
      2,
    ),
    {
      name: "broken versions refused with their code while the old one serves",
      value: broken.filter((b) => b.refused === b.expected && b.served).length,
      ...{ unit: "", bar: { least: broken.length } },
    },
    {
      name: "fewest frames answered while a broken version was tried",
      value: Math.min(
        ...broken.map((b) => streams.flatMap((stream) => agesWhile(stream, [b])).length),
      ),
      ...{ unit: "", bar: { least: 1 } },
    },
    ms("age while broken versions were tried, p99", percentile("p99", whileBroken)),
    count(
      "streams whose counters differ from the client's",
      streams.filter((stream) => !agrees(stream)).length,
      0,
    ),
    count("looks at counters that did not add up", wrongCounters, 0),
    ...(residentBytes.length < SETTLED_SWAPS + 2 * MEAN_OVER ? [] : [{
      name: "resident memory at the end against that after the tenth swap",
      value: 100 * settledGrowth(residentBytes),
      ...{ unit: "%", bar: { most: 5 } },
    }]),
  ];
}

type Span = Pick<Attempt, "startMs" | "endMs">;

/** Ages of the frames that were under way within one of the spans. */
function agesWhile(stream: StreamLoad, spans: readonly Span[]): number[] {
  return stream.agesMs.filter((_, at) => isWithin(stream, at, spans));
}

/** Ages of the others, before broken versions were tried: such a one may compute on when it is refused. */
function agesBetween(stream: StreamLoad, swaps: readonly Span[], untilMs: number): number[] {
  return stream.agesMs.filter((_, at) =>
    stream.doneMs[at]! < untilMs && !isWithin(stream, at, swaps)
  );
}

function isWithin({ agesMs, doneMs }: StreamLoad, at: number, spans: readonly Span[]): boolean {
  const endMs = doneMs[at]!;
  const startMs = endMs - agesMs[at]!;
  return spans.some((span) => span.startMs <= endMs && startMs <= span.endMs);
}

/** NaN when there is no time: that reaches no bar. */
function percentile(rank: "p50" | "p99", times: readonly number[]): number {
  return times.length === 0 ? NaN : percentiles(times)[rank];
}

/** From the ten swaps after the tenth to the last ten, 0.05 for 5 %. */
function settledGrowth(values: readonly number[]): number {
  const mean = (part: readonly number[]) => part.reduce((sum, x) => sum + x, 0) / part.length;
  const first = mean(values.slice(SETTLED_SWAPS, SETTLED_SWAPS + MEAN_OVER));
  return mean(values.slice(-MEAN_OVER)) / first - 1;
}
