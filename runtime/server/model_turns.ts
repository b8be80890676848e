// The turns on the lanes of a model, of all who want these lanes: who names no version, and who names the one that
// serves. They are one order, or nobody's priority would hold. Knows nothing of HTTP or sockets.

import type { Deployment } from "../engine/deployment.ts";
import type { Job, TensorJob, Work, WorkResult } from "../job.ts";
import { type Accounting, createAccounting } from "../stream/accounting.ts";
import {
  createScheduler,
  type SchedulerOptions,
  type Source,
  type SourceOptions,
  type TurnResult,
} from "../stream/scheduler.ts";

/** Names the deployment of a frame whose turn has come. @throws {UnavailableError} while there is none. */
export type Pick = () => Deployment;

/** What became of frames that ran together, or of a ready input. */
export interface BatchReport {
  /** Frames, or one ready input; their bytes have moved away. */
  readonly jobs: readonly Work[];
  readonly results: readonly WorkResult[];
  readonly ms: number;
}

export interface ModelTurns {
  /** Frames and inputs that wait. */
  readonly waiting: number;
  /** Of all requests of the model. */
  readonly accounting: Accounting;
  /** For a stream. */
  source(options: SourceOptions, pick: Pick): Source;
  /** All requests take turns as one source. */
  requests(pick: Pick): Source;
  /** Resolves when nothing runs and nothing waits. */
  idle(): Promise<void>;
}

export interface ModelTurnsOptions extends Omit<SchedulerOptions, "run"> {
  /** Requests that may wait beside the streams. */
  readonly maxWaiting: number;
  /** Told what became of each batch, or ready input: a rejection of the lane is an Error for every job. */
  observe(deployment: Deployment, batch: BatchReport): void;
}

export function createModelTurns(options: ModelTurnsOptions): ModelTurns {
  const { clock, observe, maxWaiting } = options;
  const picks = new WeakMap<Work, Pick>();

  /** Runs each deployment's part of a batch; who names the deployments is asked once for all of it. */
  async function run(work: readonly Work[]): Promise<readonly TurnResult[]> {
    const picked = new Map<Pick, Deployment | Error>();
    for (const pick of new Set(work.map((one) => picks.get(one)!))) picked.set(pick, attempt(pick));
    const parts = Map.groupBy(work, (one) => picked.get(picks.get(one)!)!);
    const ends = new Map<Work, TurnResult>();
    await Promise.all([...parts].map(async ([by, part]) => {
      if (by instanceof Error) return part.forEach((one) => ends.set(one, { result: by }));
      const results = await runOn(by, part);
      part.forEach((one, at) => ends.set(one, { result: results[at]!, deployment: by }));
    }));
    return work.map((one) => ends.get(one)!);
  }

  /** All frames together, beside each ready input alone. */
  async function runOn(by: Deployment, work: readonly Work[]): Promise<readonly WorkResult[]> {
    const [frames, tensors] = [work.filter(isFrame), work.filter(isTensor)];
    const [framed, inferred] = await Promise.all([
      frames.length > 0 ? observed(by, frames, () => by.run(frames)) : [],
      Promise.all(tensors.map(async (job) => {
        const infer = async () => [await by.infer(job)];
        return (await observed(by, [job], infer))[0]!;
      })),
    ]);
    const next = { framed: framed.values(), inferred: inferred.values() };
    return work.map((one) => (isFrame(one) ? next.framed : next.inferred).next().value!);
  }

  /** Runs and tells what came of it; a rejection is an Error for every job. */
  async function observed(
    deployment: Deployment,
    jobs: readonly Work[],
    run: () => Promise<readonly WorkResult[]>,
  ): Promise<readonly WorkResult[]> {
    const startedMs = clock.now();
    const results = await run().catch((error: Error) => jobs.map(() => error));
    observe(deployment, { jobs, results, ms: clock.now() - startedMs });
    return results;
  }

  const scheduler = createScheduler({ ...options, run });
  const requests = scheduler.source({
    ...{ policy: "queue", depth: maxWaiting, maxBytes: Infinity, priority: "normal" },
  });

  /** The source, whose frames go where `pick` says. */
  function picking(source: Source, pick: Pick): Source {
    return {
      get waiting() {
        return source.waiting;
      },
      offer: (entry) =>
        source.offer({
          ...entry,
          job() {
            const work = entry.job();
            picks.set(work, pick);
            return work;
          },
        }),
      abandon: () => source.abandon(),
    };
  }

  return {
    get waiting() {
      return scheduler.waiting;
    },
    accounting: createAccounting(),
    source: (options, pick) => picking(scheduler.source(options), pick),
    requests: (pick) => picking(requests, pick),
    idle: () => scheduler.idle(),
  };
}

/**
 * A source whose frames take the turns of the moment: a version comes to serve and ceases to while streams that
 * name it are open. What waits elsewhere by then has its turn there.
 */
export function followTurns(
  turns: () => ModelTurns,
  options: SourceOptions,
  pick: Pick,
): Source {
  const sources = new Map<ModelTurns, Source>();
  function now(): Source {
    const at = turns();
    const found = sources.get(at) ?? at.source(options, pick);
    sources.set(at, found);
    return found;
  }
  return {
    get waiting() {
      return [...sources.values()].reduce((sum, { waiting }) => sum + waiting, 0);
    },
    offer: (entry) => now().offer(entry),
    abandon() {
      for (const source of sources.values()) source.abandon();
    },
  };
}

function attempt(pick: Pick): Deployment | Error {
  try {
    return pick();
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

function isFrame(work: Work): work is Job {
  return "frame" in work;
}

function isTensor(work: Work): work is TensorJob {
  return "tensor" in work;
}
