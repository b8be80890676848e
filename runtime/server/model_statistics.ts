// Sums of what each model has answered, over all protocols. Knows none of them.

import type { StageTimes } from "../reply.ts";

/** One answered request: `batch` inferences in one execution. Times in ms. */
export interface Success {
  readonly batch: number;
  readonly totalMs: number;
  /** From arrival to turn. */
  readonly queueMs: number;
  /** Making the input from what came. */
  readonly inputMs: number;
  readonly inferMs: number;
  /** Making the answer from the map. */
  readonly outputMs: number;
}

/** The sample of a frame, by its stages. */
export function frameSample(
  { decodeMs, preprocessMs, runMs, postprocessMs, encodeMs }: StageTimes,
  { waitMs, totalMs }: { readonly waitMs: number; readonly totalMs: number },
): Success {
  return {
    ...{ batch: 1, totalMs, queueMs: waitMs, inputMs: decodeMs + preprocessMs, inferMs: runMs },
    outputMs: postprocessMs + encodeMs,
  };
}

export interface Duration {
  readonly count: number;
  readonly ms: number;
}

export interface ModelSums {
  readonly inferences: number;
  readonly executions: number;
  /** ms since 1970 of the last inference, 0 before the first. */
  readonly lastMs: number;
  readonly success: Duration;
  readonly fail: Duration;
  readonly queue: Duration;
  readonly input: Duration;
  readonly infer: Duration;
  readonly output: Duration;
  /** By size of the batch. */
  readonly batches: ReadonlyMap<number, Readonly<Record<"input" | "infer" | "output", Duration>>>;
}

export interface ModelKey {
  readonly name: string;
  readonly version: string;
}

export interface ModelStatistics {
  succeeded(model: ModelKey, sample: Success): void;
  /** A request that the model could not answer, after `ms` milliseconds. */
  failed(model: ModelKey, ms: number): void;
  sums(model: ModelKey): ModelSums;
}

const NONE: Duration = { count: 0, ms: 0 };
const EMPTY: ModelSums = {
  ...{ inferences: 0, executions: 0, lastMs: 0, success: NONE, fail: NONE, queue: NONE },
  ...{ input: NONE, infer: NONE, output: NONE, batches: new Map() },
};

/** @param now ms since 1970. */
export function createModelStatistics(now: () => number = Date.now): ModelStatistics {
  const models = new Map<string, ModelSums>();
  const keyOf = ({ name, version }: ModelKey) => `${name} ${version}`;
  const sums = (model: ModelKey) => models.get(keyOf(model)) ?? EMPTY;
  return {
    sums,
    succeeded(model, sample) {
      const last = sums(model);
      const batch = last.batches.get(sample.batch) ?? { input: NONE, infer: NONE, output: NONE };
      const stages = {
        input: sample.inputMs,
        infer: sample.inferMs,
        output: sample.outputMs,
      };
      models.set(keyOf(model), {
        ...last,
        inferences: last.inferences + sample.batch,
        executions: last.executions + 1,
        lastMs: now(),
        success: add(last.success, sample.totalMs),
        queue: add(last.queue, sample.queueMs),
        ...addStages(last, stages),
        batches: new Map(last.batches).set(sample.batch, addStages(batch, stages)),
      });
    },
    failed(model, ms) {
      const last = sums(model);
      models.set(keyOf(model), { ...last, fail: add(last.fail, ms) });
    },
  };
}

type Stages<T> = Readonly<Record<"input" | "infer" | "output", T>>;

function addStages(to: Stages<Duration>, ms: Stages<number>): Stages<Duration> {
  return {
    input: add(to.input, ms.input),
    infer: add(to.infer, ms.infer),
    output: add(to.output, ms.output),
  };
}

function add({ count, ms }: Duration, more: number): Duration {
  return { count: count + 1, ms: ms + Math.max(0, more) };
}
