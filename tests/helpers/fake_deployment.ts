// A deployment without lanes: it answers when the test says so, or at once.

import type { Card } from "../../models/card.ts";
import type { Deployment, Job, JobResult } from "../../runtime/engine/deployment.ts";
import type { Levels } from "../../runtime/engine/lane.ts";
import type { Segmentation } from "../../runtime/reply.ts";
import { FAKE_CARD, fakeLane, fakeSegmentation, firstChannel, settled } from "./fake_lane.ts";

export interface FakeDeployment extends Deployment {
  alive: boolean;
  /** Batches that it has got, in order. */
  readonly batches: (readonly Job[])[];
  readonly levels: Levels[];
  readonly disposed: boolean;
  /** Answers the oldest open batch, or fails all of it. */
  answer(error?: Error): Promise<void>;
}

export interface FakeDeploymentOptions {
  readonly card?: Partial<Card>;
  readonly lanes?: number;
  /** Of each lane. @default {1} */
  readonly capacity?: number;
  /** Answers at once. */
  readonly auto?: boolean;
  /** What it says about a frame. */
  readonly result?: (job: Job) => JobResult;
}

export function fakeDeployment(
  version: string,
  options: FakeDeploymentOptions = {},
): FakeDeployment {
  const { lanes = 1, capacity = 1, auto = false } = options;
  const result = options.result ?? ((job: Job): Segmentation => fakeSegmentation(job.want));
  const open: { jobs: readonly Job[]; settle(error?: Error): void }[] = [];
  let disposed = false;
  const fake: FakeDeployment = {
    card: { ...FAKE_CARD, ...options.card, version },
    provider: "cpu",
    variant: "fp32",
    lanes: Array.from({ length: lanes }, () => fakeLane({ capacity })),
    alive: true,
    batches: [],
    levels: [],
    get inFlight() {
      return open.length;
    },
    get disposed() {
      return disposed;
    },
    run(jobs) {
      if (disposed) return Promise.reject(new Error(`${version} is disposed`));
      for (const { frame } of jobs) {
        structuredClone(frame.bytes, { transfer: [frame.bytes.buffer as ArrayBuffer] });
      }
      fake.batches.push(jobs);
      if (auto) return Promise.resolve(jobs.map(result));
      return new Promise((resolve, reject) => {
        open.push({
          jobs,
          settle: (error) => error ? reject(error) : resolve(jobs.map(result)),
        });
      });
    },
    infer({ tensor, batch }) {
      if (disposed) return Promise.reject(new Error(`${version} is disposed`));
      return Promise.resolve({ map: firstChannel(tensor, batch), runMs: 3 });
    },
    setLevels(levels) {
      fake.levels.push(levels);
      return Promise.resolve();
    },
    async answer(error) {
      const next = open.shift();
      if (!next) throw new Error(`no batch is open in the fake deployment ${version}`);
      next.settle(error);
      await settled();
    },
    [Symbol.asyncDispose]() {
      if (open.length > 0) throw new Error(`${version} is disposed with batches in it`);
      disposed = true;
      fake.alive = false;
      return Promise.resolve();
    },
  };
  return fake;
}

/** One frame of 2×1 grey pixels. */
export function fakeJob(want: Job["want"] = {}): Job {
  return { frame: { format: "gray8", width: 2, height: 1, bytes: Uint8Array.of(1, 2) }, want };
}
