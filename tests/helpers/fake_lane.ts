// A lane without a Worker: it answers when the test says so.

import type { Card } from "../../models/card.ts";
import type { Deployment } from "../../runtime/engine/deployment.ts";
import { LaneError } from "../../runtime/engine/worker_channel.ts";
import type { EndingLane } from "../../runtime/engine/lane_set.ts";
import type { Levels } from "../../runtime/engine/lane.ts";
import type { Frame } from "../../runtime/frame.ts";
import { packMask } from "../../runtime/postprocess/packed_mask.ts";
import type { Job, JobResult } from "../../runtime/job.ts";
import type { Segmentation, Want } from "../../runtime/reply.ts";
import { makeCard } from "./package.ts";

export interface FakeLane extends EndingLane {
  /** Frames that the lane has got, in order. */
  readonly frames: Frame[];
  readonly wants: Want[];
  /** How many frames each batch had. */
  readonly batches: number[];
  /** All levels that were set. */
  readonly levels: Levels[];
  alive: boolean;
  readonly disposed: boolean;
  /** Answers the oldest open batch; with an error, every frame of it fails alone. */
  answer(error?: Error): Promise<void>;
  /** Ends as a lane whose Worker crashes: open batches reject. */
  crash(): Promise<void>;
}

export const FAKE_CARD: Card = {
  ...makeCard(),
  input: { ...makeCard().input, width: 16, height: 8 },
};

/** A 16×8 mask with the pixels (2..5, 1..2) set. */
export const FAKE_MASK = packMask({
  width: 16,
  height: 8,
  data: Uint8Array.from({ length: 128 }, (_, at) => {
    const [x, y] = [at % 16, Math.floor(at / 16)];
    return x >= 2 && x <= 5 && y >= 1 && y <= 2 ? 1 : 0;
  }),
});

/** What the fake lane says about every frame. */
export function fakeSegmentation(want: Want = {}): Segmentation {
  return {
    frame: { width: 32, height: 16 },
    verdict: "defect",
    score: 0.9,
    threshold: 0.5,
    minRegionScore: 0.75,
    regions: [{ x: 4, y: 2, width: 8, height: 4, area: 32, score: 0.9, centroid: [8, 4] }],
    mask: FAKE_MASK,
    ...(want.map ? { map: new Uint8Array(128).fill(7) } : {}),
    ...(want.png ? { png: Uint8Array.from([0x89, 0x50, 0x4e, 0x47]) } : {}),
    times: { decodeMs: 1, preprocessMs: 2, runMs: 3, postprocessMs: 4, encodeMs: 5 },
  };
}

/** With `auto`, every frame is answered at once. */
export function fakeLane({ auto = false, capacity = 1 } = {}): FakeLane {
  const open: { jobs: readonly Job[]; resolve(r: JobResult[]): void; reject(e: Error): void }[] =
    [];
  const ended = Promise.withResolvers<LaneError>();
  let disposed = false;
  const lane: FakeLane = {
    provider: "cpu",
    variant: "fp32",
    card: FAKE_CARD,
    alive: true,
    capacity,
    ended: ended.promise,
    frames: [],
    wants: [],
    batches: [],
    levels: [],
    get busy() {
      return open.length > 0;
    },
    get disposed() {
      return disposed;
    },
    run(jobs) {
      if (!lane.alive) return Promise.reject(new LaneError("crashed", "the fake lane has crashed"));
      lane.batches.push(jobs.length);
      for (const { frame, want } of jobs) {
        const transfer = [frame.bytes.buffer as ArrayBuffer]; // as the real lane does
        lane.frames.push({ ...frame, bytes: structuredClone(frame.bytes, { transfer }) });
        lane.wants.push(want);
      }
      if (auto) return Promise.resolve(jobs.map(({ want }) => fakeSegmentation(want)));
      return new Promise((resolve, reject) => open.push({ jobs, resolve, reject }));
    },
    async segment(frame, want = {}) {
      const [result] = await lane.run([{ frame, want }]);
      if (result instanceof Error) throw result;
      return result!;
    },
    infer({ tensor, batch }) {
      return Promise.resolve({ map: firstChannel(tensor, batch), runMs: 3 });
    },
    setLevels(levels) {
      lane.levels.push(levels);
      return Promise.resolve();
    },
    async answer(error) {
      const next = open.shift();
      if (!next) throw new Error("no frame is open in the fake lane");
      for (const { returned } of next.jobs) returned?.(new ArrayBuffer());
      next.resolve(next.jobs.map(({ want }) => error ?? fakeSegmentation(want)));
      await settled();
    },
    async crash() {
      const reason = new LaneError("crashed", "the fake lane has crashed");
      lane.alive = false;
      for (const { reject } of open.splice(0)) reject(reason);
      ended.resolve(reason);
      await settled();
    },
    [Symbol.asyncDispose]() {
      disposed = true;
      return lane.crash();
    },
  };
  return lane;
}

/** What the fakes say about a ready input: its first channel. Its buffer moves away, as to a real lane. */
export function firstChannel(
  tensor: Float32Array<ArrayBuffer>,
  batch: number,
): Float32Array<ArrayBuffer> {
  const moved = structuredClone(tensor, { transfer: [tensor.buffer] });
  const pixels = moved.length / batch / 3;
  return Float32Array.from({ length: batch * pixels }, (_, at) => {
    return moved[Math.floor(at / pixels) * 3 * pixels + at % pixels]!;
  });
}

/** A deployment over fake lanes that are never opened anew. */
export function fakeDeployment(lanes: readonly FakeLane[], card: Card = FAKE_CARD): Deployment {
  let turn = 0;
  let inFlight = 0;
  return {
    card,
    ...{ provider: "cpu", variant: "fp32" },
    get lanes() {
      return lanes.filter(({ alive }) => alive);
    },
    get alive() {
      return lanes.some(({ alive }) => alive);
    },
    get inFlight() {
      return inFlight;
    },
    async run(jobs) {
      inFlight++;
      const free = lanes.find((lane) => lane.alive && !lane.busy);
      try {
        return await (free ?? lanes[turn++ % lanes.length]!).run(jobs);
      } finally {
        inFlight--;
      }
    },
    infer: (job) => lanes.find(({ alive }) => alive)!.infer(job),
    async setLevels(levels) {
      for (const lane of lanes) await lane.setLevels(levels);
    },
    async [Symbol.asyncDispose]() {
      for (const lane of lanes) await lane[Symbol.asyncDispose]();
    },
  };
}

/** Lets every promise that can go on, go on. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}
