// Scenario `single`: what the way through sockets and scheduler adds to the bare session, for one stream.

import type { Frame } from "../../frame.ts";
import { percentiles } from "../percentiles.ts";
import { type Engine, measureBareRun } from "./capacity.ts";
import { runLoad } from "./driver.ts";
import type { Finding } from "./finding.ts";
import type { ServerProcess } from "./server_process.ts";

export interface SingleOptions {
  readonly engine: Engine;
  readonly server: ServerProcess;
  readonly model: string;
  readonly raw: readonly Frame[];
  readonly jpeg: readonly Frame[];
  /** Bare session and stream are measured in turn this often: what else the box does hits both alike. */
  readonly rounds: number;
  /** Frames of each kind in a round. */
  readonly frames: number;
}

/** By frames, not by time: where they are fast, none would be left. */
const WARM_UP_FRAMES = 10;
const RAW_EXTRA_MS = 2.5;
const JPEG_EXTRA_MS = 12;

/** The bare session is closed while the stream runs: its idle threads would slow the server's. */
export async function runSingle(options: SingleOptions): Promise<Finding[]> {
  const { engine, server, model, rounds, frames: count } = options;
  const stream = async (frames: readonly Frame[]) => {
    const { streams: [load] } = await runLoad({
      ...{ server: server.url, model, frames, streams: 1 },
      pace: { kind: "closed", warmUp: WARM_UP_FRAMES, count },
    });
    return percentiles(load!.agesMs).p50;
  };
  const measured: { bare: number; raw: number; jpeg: number }[] = [];
  for (let round = 0; round < rounds; round++) {
    const bare = await measureBareRun(engine, count);
    measured.push({ bare, raw: await stream(options.raw), jpeg: await stream(options.jpeg) });
  }
  const median = (pick: (round: typeof measured[number]) => number) =>
    percentiles(measured.map(pick)).p50;
  const ms = (name: string, value: number) => ({ name, value, unit: "ms" });
  return [
    ms("bare session, p50", median(({ bare }) => bare)),
    ms("one stream, raw 256×256, p50", median(({ raw }) => raw)),
    ms("one stream, JPEG 1024×1024, p50", median(({ jpeg }) => jpeg)),
    {
      ...ms("raw stream above bare session, median of rounds", median((r) => r.raw - r.bare)),
      bar: { most: RAW_EXTRA_MS },
    },
    {
      ...ms("JPEG stream above bare session, median of rounds", median((r) => r.jpeg - r.bare)),
      bar: { most: JPEG_EXTRA_MS },
    },
  ];
}
