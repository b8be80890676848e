// Times frames through lanes: one lane is open at a time, and lanes take turns, so that whatever else the machine does hits all alike.

import type { WorkerLane } from "../engine/worker_lane.ts";
import type { Frame } from "../frame.ts";
import type { StageTimes } from "../reply.ts";
import type { BenchLane } from "./lanes.ts";
import { type Percentiles, percentiles } from "./percentiles.ts";

/** Frames of one kind, e.g. "jpeg 256×256". */
export interface FrameSet {
  readonly name: string;
  readonly frames: readonly Frame[];
}

/**
 * "total" is what the caller of a lane waits, with the way to the Worker and back. With shaders "preprocess" is the upload and "run"
 * all of the GPU's work up to the bytes of the reply.
 */
export const STAGES = ["decode", "preprocess", "run", "postprocess", "encode", "total"] as const;
export type Stage = typeof STAGES[number];

/** One lane's times over one frame set, in ms. */
export interface LatencyResult {
  readonly lane: BenchLane;
  readonly frameSet: string;
  readonly frames: number;
  readonly stages: Readonly<Record<Stage, Percentiles>>;
}

const WARM_UP_ROUNDS = 3;
/** Turns of each lane. Every one costs opening it. */
const TURNS = 4;

/**
 * Sends `rounds` frames of every set to every lane, in some turns of each: opened, warmed up, timed, closed. Lanes that are
 * `encodedOnly` get encoded frames only.
 *
 * @param onFrame is called after every frame, warm-up included.
 */
export async function measureLatency(
  lanes: readonly BenchLane[],
  frameSets: readonly FrameSet[],
  rounds: number,
  onFrame: () => void,
): Promise<LatencyResult[]> {
  const series = frameSets.flatMap((frameSet) =>
    lanes.filter((lane) => isTimed(lane, frameSet))
      .map((lane) => ({ frameSet, lane, times: stageLists() }))
  );
  for (const { first, end } of turnsOf(rounds)) {
    for (const bench of lanes) {
      const own = series.filter(({ lane }) => lane === bench);
      if (own.length === 0) continue;
      await using lane = await bench.open();
      for (let round = first - WARM_UP_ROUNDS; round < end; round++) {
        for (const { frameSet: { frames }, times } of own) {
          const measured = await timeFrame(lane, frames[(round + WARM_UP_ROUNDS) % frames.length]!);
          onFrame();
          if (round < first) continue;
          for (const stage of STAGES) times[stage].push(measured[stage]);
        }
      }
    }
  }
  return series.map(({ lane, frameSet, times }) => ({
    lane,
    frameSet: frameSet.name,
    frames: rounds,
    stages: mapStages((stage) => percentiles(times[stage])),
  }));
}

/** How many frames `measureLatency` sends. */
export function frameCount(
  lanes: readonly BenchLane[],
  frameSets: readonly FrameSet[],
  rounds: number,
): number {
  const series = frameSets.flatMap((frameSet) => lanes.filter((lane) => isTimed(lane, frameSet)));
  return series.length * (rounds + turnsOf(rounds).length * WARM_UP_ROUNDS);
}

function isTimed(lane: BenchLane, { frames }: FrameSet): boolean {
  return !lane.encodedOnly || frames[0]?.format === "encoded";
}

/** The rounds of each turn, as even as they come. */
function turnsOf(rounds: number): { first: number; end: number }[] {
  const turns = Math.min(TURNS, rounds);
  return Array.from({ length: turns }, (_, turn) => ({
    first: Math.floor(turn * rounds / turns),
    end: Math.floor((turn + 1) * rounds / turns),
  }));
}

async function timeFrame(lane: WorkerLane, frame: Frame): Promise<Record<Stage, number>> {
  // The lane takes the bytes away.
  const sent = { ...frame, bytes: frame.bytes.slice() };
  const start = performance.now();
  const { times } = await lane.segment(sent);
  return { ...byStage(times), total: performance.now() - start };
}

function byStage(times: StageTimes): Record<Exclude<Stage, "total">, number> {
  return {
    decode: times.decodeMs,
    preprocess: times.preprocessMs,
    run: times.runMs,
    postprocess: times.postprocessMs,
    encode: times.encodeMs,
  };
}

function mapStages<T>(make: (stage: Stage) => T): Record<Stage, T> {
  return Object.fromEntries(STAGES.map((stage) => [stage, make(stage)])) as Record<Stage, T>;
}

function stageLists(): Record<Stage, number[]> {
  return mapStages(() => []);
}
