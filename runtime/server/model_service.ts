// One model as the server holds it: what clients are told about it, and the turns that streams and requests
// take on whichever deployment its router names. Knows nothing of HTTP or sockets.

import type { Card } from "../../models/card.ts";
import type { Deployment } from "../engine/deployment.ts";
import type { Frame } from "../frame.ts";
import type { TensorJob } from "../job.ts";
import type { Inference, Segmentation, Want } from "../reply.ts";
import type { Counters } from "../stream/accounting.ts";
import type { Clock } from "../stream/clock.ts";
import type { Source, SourceOptions } from "../stream/scheduler.ts";
import type { End, Entry } from "../stream/ticket.ts";
import { type BatchReport, createModelTurns, followTurns, type ModelTurns } from "./model_turns.ts";

export type ServiceState = "loading" | "ready" | "failed" | "stopping";

/** A model that cannot answer now; the same request may succeed later. */
export class UnavailableError extends Error {
  override readonly name = "UnavailableError";
  constructor(readonly code: "not-ready" | "overloaded" | "expired", message: string) {
    super(message);
  }
}

/** Names the deployment of each batch. One that swaps versions keeps the old one open until it is idle. */
export interface Router {
  /** Batches that may run at once: the capacity of the open lanes of the serving version. 0 while they are opened anew. */
  readonly slots: number;
  /** What clients are told about; undefined while none serves. */
  readonly serving: Deployment | undefined;
  /** The deployment for the next batch. @throws {UnavailableError} while none serves. */
  pick(): Deployment;
  /** What became of a batch, or of a ready input: a rejection of the lane is an Error for every job. */
  observe(deployment: Deployment, batch: BatchReport): void;
}

/** What clients are told about a model that is ready. */
export interface ModelDescription {
  readonly name: string;
  readonly version: string;
  readonly variant: string;
  readonly provider: string;
  readonly input: { readonly width: number; readonly height: number };
  readonly threshold: number;
  readonly minRegionScore: number;
}

/** A request's answer, and who gave it. */
export interface Answer {
  readonly segmentation: Segmentation;
  readonly model: ModelDescription;
}

/** What came of a ready input, and who gave it. */
export interface InferenceAnswer {
  readonly inference: Inference;
  readonly card: Card;
  /** From its arrival until its turn. */
  readonly waitMs: number;
}

export interface RequestOptions {
  /** Drops the frame. */
  readonly signal: AbortSignal;
  /** From now. @default as long as it takes */
  readonly deadlineMs?: number | undefined;
  /** Told whose failure it is, before the promise rejects: of the serving version when it never had its turn. */
  failed?(by: Card): void;
}

export interface ModelService {
  /** Of the serving version, or of the one that is loaded first. */
  readonly card: Card;
  /** Of its own; who shares the lanes shares them. */
  readonly turns: ModelTurns;
  state(): ServiceState;
  /** @throws {UnavailableError} */
  describe(): ModelDescription;
  /** For a stream: takes turns for its frames. */
  source(options: SourceOptions): Source;
  /**
   * Takes a turn for one frame that belongs to no stream.
   *
   * @throws {UnavailableError} when too many wait or its deadline passes.
   * @throws {FrameError | ProviderError | LaneError}
   */
  segment(frame: Frame, want: Want, options: RequestOptions): Promise<Answer>;
  /** Takes a turn for a ready input; its buffer moves to the lane. @throws as `segment`. */
  infer(job: TensorJob, options: RequestOptions): Promise<InferenceAnswer>;
  /** What became of the frames and inputs that belong to no stream: all of the model, whichever version they name. */
  requests(): Counters;
  /** Takes no new work from now on; resolves when all that waited is answered. */
  stop(): Promise<void>;
}

/** Whether a version answers those who name it. */
export interface VersionStatus {
  readonly name: string;
  readonly version: string;
  readonly state: "ready" | "loading" | "unavailable";
  /** Why it is unavailable; empty otherwise. */
  readonly reason: string;
}

/** The models that a server has. */
export interface ModelTable {
  list(): readonly ModelService[];
  /** Those of `list`, and one for each version that was named and is loaded. */
  services(): readonly ModelService[];
  /** What is in memory: serving versions and all others. */
  deployments(): readonly Deployment[];
  /** Every version of every model, in memory or in the folder only. */
  versions(): Promise<readonly VersionStatus[]>;
  /** The serving version when none is named, else that one while it is loaded. */
  find(name: string, version?: string): ModelService | undefined;
}

/** The service of a model for those who name no version, as one for those who name one knows it. */
export interface MainService {
  readonly service: ModelService;
  /** Whether its batches go to the lanes of the version that is named: both take the same turns then. */
  together(): boolean;
}

export interface ServiceOptions {
  /** What is told while nothing serves. */
  readonly card: Card;
  readonly router: Router;
  /** Of the same model, for those who name no version. @default none: this is it */
  readonly main?: MainService | undefined;
  readonly clock: Clock;
  /** Requests that may wait beside the streams. @default {16} */
  readonly maxWaiting?: number | undefined;
  /**
   * Most frames of a batch. A CPU gains nothing by more: a frame of unet-tiny takes it 16.3, 16.3, 16.7 and
   * 16.3 ms in batches of 1, 2, 4 and 8 as int8, 20.4, 22.5, 22.9 and 22.9 ms as fp32 (CPU time, 1 thread).
   *
   * @default {1}
   */
  readonly maxBatch?: number | undefined;
  /** How long a frame waits for others to fill its batch, in ms. @default {0} */
  readonly maxWaitMs?: number | undefined;
  /** Takes errors that are nobody's answer. */
  readonly report: (error: unknown) => void;
}

export function createModelService(options: ServiceOptions): ModelService {
  const { router, main, clock, report, maxWaiting = 16, maxBatch = 1, maxWaitMs = 0 } = options;
  const pick = () => router.pick();
  let stopping = false;

  const own = createModelTurns({
    slots: () => router.slots,
    unavailable: () => router.serving?.alive ? undefined : notReady(),
    observe: (deployment, batch) => router.observe(deployment, batch),
    ...{ clock, maxBatch, maxWaitMs, maxWaiting, report },
  });
  const turns = () => main?.together() ? main.service.turns : own;
  const { accounting } = main?.service.turns ?? own;

  function state(): ServiceState {
    if (stopping) return "stopping";
    if (!router.serving) return "loading";
    if (!router.serving.alive) return "failed";
    return router.serving.lanes.length > 0 ? "ready" : "loading"; // lanes are opened anew
  }

  function notReady(): UnavailableError {
    const { name, version } = card();
    return new UnavailableError("not-ready", `Model "${name}" ${version} is ${state()}`);
  }

  const card = () => router.serving?.card ?? options.card;

  /** A turn for work that belongs to no stream. */
  function takeTurn<R>(
    { signal, deadlineMs, failed }: RequestOptions,
    entry: Pick<Entry, "bytes" | "job">,
  ): Promise<End<R> & { outcome: "done" }> {
    if (state() !== "ready") throw notReady();
    signal.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<End<R> & { outcome: "done" }>();
    const ended = (end: End<R>) => {
      signal.removeEventListener("abort", abort);
      accounting.settled(end.outcome);
      if (end.outcome === "done") return resolve(end);
      failed?.((end.outcome === "failed" && end.deployment?.card) || card());
      reject(end.outcome === "dropped" ? signal.reason : requestError(end));
    };
    accounting.received();
    const abort = () => abandon();
    signal.addEventListener("abort", abort);
    const abandon = turns().requests(pick).offer<R>({ ...entry, deadlineMs, ended });
    return promise;
  }

  return {
    get card() {
      return card();
    },
    turns: own,
    state,
    describe() {
      if (state() !== "ready") throw notReady();
      return describeDeployment(router.serving!);
    },
    source: (options) => followTurns(turns, options, pick),
    segment(frame, want, options) {
      const entry = { bytes: frame.bytes.length, job: () => ({ frame, want }) };
      return takeTurn<Segmentation>(options, entry).then(({ result, deployment }) => ({
        ...{ segmentation: result, model: describeDeployment(deployment) },
      }));
    },
    infer(job, options) {
      const entry = { bytes: job.tensor.byteLength, job: () => job };
      return takeTurn<Inference>(options, entry).then(({ result, deployment, waitMs }) => ({
        ...{ inference: result, card: deployment.card, waitMs },
      }));
    },
    requests: () => accounting.counters(),
    stop() {
      stopping = true;
      return own.idle();
    },
  };
}

function describeDeployment({ card, provider, variant }: Deployment): ModelDescription {
  const { name, version, threshold, minRegionScore, input: { width, height } } = card;
  return {
    ...{ name, version, variant, provider, input: { width, height } },
    ...{ threshold, minRegionScore },
  };
}

function requestError(end: Exclude<End, { outcome: "done" | "dropped" }>): unknown {
  switch (end.outcome) {
    case "expired":
      return new UnavailableError("expired", `There was no answer within ${end.deadlineMs} ms`);
    case "refused":
      return new UnavailableError("overloaded", end.detail);
    case "failed":
      return end.error;
  }
}
