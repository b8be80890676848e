// Times frames through lanes, in turns, so that whatever else the machine does hits all lanes alike.

import type { Frame } from "../frame.ts";
import type { StageTimes } from "../reply.ts";
import type { BenchLane } from "./lanes.ts";
import { type Percentiles, percentiles } from "./percentiles.ts";

/** Frames of one kind, e.g. "jpeg 256×256". */
export interface FrameSet {
  readonly name: string;
  readonly frames: readonly Frame[];
}

/** "total" is what the caller of a lane waits, with the way to the Worker and back. */
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

/**
 * Sends `rounds` frames of every set to every lane: round by round, set by set, lane after lane.
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
    lanes.map((lane) => ({ frameSet, lane, times: stageLists() }))
  );
  for (let round = -WARM_UP_ROUNDS; round < rounds; round++) {
    for (const { frameSet, lane, times } of series) {
      const { frames } = frameSet;
      const measured = await timeFrame(lane, frames[(round + WARM_UP_ROUNDS) % frames.length]!);
      onFrame();
      if (round < 0) continue;
      for (const stage of STAGES) times[stage].push(measured[stage]);
    }
  }
  return series.map(({ frameSet, lane, times }) => ({
    lane,
    frameSet: frameSet.name,
    frames: rounds,
    stages: mapStages((stage) => percentiles(times[stage])),
  }));
}

/** How many frames `measureLatency` sends. */
export function frameCount(lanes: number, frameSets: number, rounds: number): number {
  return lanes * frameSets * (rounds + WARM_UP_ROUNDS);
}

async function timeFrame({ lane }: BenchLane, frame: Frame): Promise<Record<Stage, number>> {
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
