// What the lanes give alone, without a server: the figures that the server is held against.

import { type DeploymentOptions, openDeployment } from "../../engine/deployment.ts";
import { openLane } from "../../engine/lane.ts";
import { sumCapacity } from "../../engine/lane_capacity.ts";
import type { Frame } from "../../frame.ts";
import { percentiles } from "../percentiles.ts";

export interface Engine extends Pick<DeploymentOptions, "packageDir" | "provider"> {
  readonly lanes: number | undefined;
  readonly threads: number | undefined;
}

export interface Capacity {
  readonly framesPerSecond: number;
  readonly lanes: number;
  /** How long a lane works on a frame when all are busy. */
  readonly serviceMs: number;
}

const WARM_UP_FRAMES = 10;

/**
 * Frames per second of one saturated set of lanes, with as many frames at work as they can have. Each is copied,
 * handed to a lane's Worker, decoded, run and searched for regions, as in a server; there is no socket, no
 * scheduler and no load generator beside it: what those take of the cores, the server is short of.
 */
export async function measureCapacity(
  engine: Engine,
  frames: readonly Frame[],
  durationMs: number,
): Promise<Capacity> {
  await using deployment = await openDeployment({ ...engine, log() {} });
  const lanes = deployment.lanes.length;
  const answer = async (index: number) => {
    const frame = frames[index % frames.length]!;
    const sent = { ...frame, bytes: frame.bytes.slice() }; // the lane takes the bytes away
    await deployment.run([{ frame: sent, want: {} }]);
  };
  for (let index = 0; index < WARM_UP_FRAMES; index++) await answer(index);

  const startMs = performance.now();
  let answered = 0;
  await Promise.all(
    Array.from({ length: sumCapacity(deployment.lanes) }, async () => {
      while (performance.now() - startMs < durationMs) {
        await answer(answered);
        answered++;
      }
    }),
  );
  const framesPerSecond = answered / (performance.now() - startMs) * 1000;
  return { framesPerSecond, lanes, serviceMs: 1000 * lanes / framesPerSecond };
}

/** The median time of the bare network on a lane that has the box to itself, in ms. */
export async function measureBareRun(engine: Engine, runs: number): Promise<number> {
  const { packageDir, provider, threads } = engine;
  await using lane = await openLane({
    ...{ packageDir, provider, log() {} },
    ...(threads === undefined ? {} : { threads }),
  });
  const { width, height } = lane.card.input;
  const times: number[] = [];
  for (let run = 0; run < runs; run++) {
    const bytes = new Uint8Array(width * height).fill(128);
    const reply = await lane.segment({ format: "gray8", width, height, bytes });
    times.push(reply.times.runMs);
  }
  return percentiles(times).p50;
}
