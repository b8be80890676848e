// The main side of a lane on one named provider. How a provider is chosen is auto.ts's matter.

import { delay } from "@std/async/delay";
import type { Card, VariantName } from "../../models/card.ts";
import type { DecoderName } from "../decoder.ts";
import { DEFAULT_FRAME_LIMITS, type Frame, type FrameLimits } from "../frame.ts";
import type { Job, JobResult, Levels, TensorJob } from "../job.ts";
import type { Inference, Segmentation, Want } from "../reply.ts";
import { MAX_FAILED_RUNS, watchRuns } from "./failed_runs.ts";
import type { GoldenResult } from "./golden.ts";
import { OVERLAPPING } from "./lane_capacity.ts";
import { type LaneWorkers, OWN_WORKERS } from "./lane_workers.ts";
import {
  type LaneRequest,
  type Opened,
  resultFromWire,
  type SegmentAnswer,
} from "./lane_messages.ts";
import type { ProviderName, SessionInfo } from "./provider.ts";
import { defaultThreads } from "./threads.ts";
import { LaneError, openChannel } from "./worker_channel.ts";

/**
 * A Worker that answers batches in order, one at a time; on `webgpu` with shaders the next frame is at work while one is read back.
 * Golden-checked and warm from the start.
 */
export interface Lane extends AsyncDisposable {
  readonly provider: ProviderName;
  readonly variant: VariantName;
  readonly card: Card;
  /** Batches that it can have at work at once: 2 where its path overlaps them, else 1. More than that wait. */
  readonly capacity: number;
  /** True while a frame is being answered. */
  readonly busy: boolean;
  /** False once the Worker has crashed, its session is broken for good, or the lane was disposed: open a new one. */
  readonly alive: boolean;
  /**
   * Answers a batch with one result for each job; an Error for a job that failed alone. The network runs once, on
   * `webgpu` with shaders once for each job. The buffers under the frames move to the Worker, as in `segment`, and come
   * back with the answer to jobs that have `returned`.
   *
   * @throws {LaneError} when the lane is disposed, crashed or stalled.
   */
  run(jobs: readonly Job[]): Promise<readonly JobResult[]>;
  /**
   * Answers one frame. The buffer under `frame.bytes` moves to the Worker: it is empty for the caller
   * afterwards, and must not be shared with another frame.
   *
   * @throws {FrameError} when the frame is refused; the lane goes on.
   * @throws {ProviderError} when the run fails; the lane goes on, unless its session is broken for good.
   * @throws {LaneError} when the lane is disposed, crashed or stalled.
   */
  segment(frame: Frame, want?: Want): Promise<Segmentation>;
  /**
   * Runs the network on a ready input, normalised as the card says. The input's buffer moves to the Worker,
   * as a frame's does.
   *
   * @throws {ProviderError} when the run fails; the lane goes on, unless its session is broken for good.
   * @throws {LaneError} when the lane is disposed, crashed or stalled.
   */
  infer(job: TensorJob): Promise<Inference>;
  /**
   * Changes the levels of the card for the frames that come after. The lane's `card` stays as it was read.
   *
   * @throws {LaneError} when the lane is disposed, crashed or stalled.
   */
  setLevels(levels: Levels): Promise<void>;
}

/** A lane that can also say how fast and how exact it is. */
export interface WorkerLane extends Lane {
  readonly info: SessionInfo;
  readonly golden: GoldenResult;
  /** Resolves with the reason when the Worker has ended, asked to or not. */
  readonly ended: Promise<LaneError>;
  readonly decoder: DecoderName;
  /** Lines for the log: what was tried and does not work here. */
  readonly notes: readonly string[];
  /** The median time that `runs` raw frames of the network's size take in the Worker, in ms. */
  measure(runs: number): Promise<number>;
}

export interface WorkerLaneOptions {
  /** Folder of the package: holds card.json. */
  readonly packageDir: string;
  /** Of the lanes that serve the package already: this one goes by it, too. @default the package's own */
  readonly card?: Card;
  readonly provider: ProviderName;
  /** @default {"fp32"} */
  readonly variant?: VariantName;
  /** Threads that compute. @default {defaultThreads()} */
  readonly threads?: number;
  /** As in the options of a session; beside other lanes it should be short. */
  readonly spinUs?: number | undefined;
  /** @default {DEFAULT_FRAME_LIMITS} */
  readonly limits?: FrameLimits;
  /** What decodes PNG and JPEG; "auto" is sharp where it is installed. @default {"auto"} */
  readonly decoder?: DecoderName | "auto";
  /** Whether `webgpu` does all around the network by shaders where they pass their check. @default {true} */
  readonly shaders?: boolean;
  /** Longest wait for loading, golden check and warm-up, and then for being measured. @default {START_TIMEOUT_MS} */
  readonly startTimeoutMs?: number;
  /** Longest wait for an answer while frames are waiting. @default {30000} */
  readonly stallTimeoutMs?: number;
  /** Ends the opening, and the Worker with it. Once the lane is open it is not looked at any more. */
  readonly signal?: AbortSignal | undefined;
  /** Where its Worker comes from and goes to. @default {OWN_WORKERS} */
  readonly workers?: LaneWorkers;
}

/**
 * A Worker's thread frees its GPU device after terminate() has returned, and nothing tells when. A process
 * that exits meanwhile crashes inside the driver: 4 of 105 times with Mesa, never with 400 ms (0 of 90).
 */
const GPU_RELEASE_MS = 400;

export const START_TIMEOUT_MS = 60_000;

/** How long a lane may take to finish its waiting frames and free its session when it is disposed. */
const CLOSE_TIMEOUT_MS = 3000;

/**
 * Starts a Worker, loads the package on the provider, checks its golden output and warms it up. The
 * Worker has the permissions of its caller: it reads the package, and `cpu` needs ffi.
 *
 * @throws {PackageError} when the package is refused, or has another graph or golden pair than `card` names.
 * @throws {ProviderError} when the provider is missing, refuses the graph or fails the golden check.
 * @throws {DecoderError} when the decoder that is named is missing.
 * @throws {LaneError} code "start-timeout" or "crashed".
 * @throws the signal's reason.
 */
export async function openWorkerLane(options: WorkerLaneOptions): Promise<WorkerLane> {
  const { packageDir, provider, variant = "fp32", threads = defaultThreads() } = options;
  const { spinUs, startTimeoutMs = START_TIMEOUT_MS, stallTimeoutMs = 30_000 } = options;
  const { signal, workers = OWN_WORKERS } = options;
  signal?.throwIfAborted();
  const worker = workers.take();
  const name = `${packageDir} ${variant} on ${provider}`;
  const channel = openChannel(worker, name);
  const call = (request: LaneRequest, transfer: Transferable[] = []) =>
    channel.call(request, { limitMs: stallTimeoutMs, transfer });

  const starting = { limitMs: startTimeoutMs, limitCode: "start-timeout" } as const;
  const unopened = new LaneError("closed", `Lane of ${packageDir} did not open`);
  const giveUp = () => channel.end(unopened);
  signal?.addEventListener("abort", giveUp);
  const { card, info, golden, decoder, notes, overlaps } = await channel.call(
    {
      kind: "open",
      packageDir,
      card: options.card,
      provider,
      variant,
      threads,
      spinUs,
      limits: options.limits ?? DEFAULT_FRAME_LIMITS,
      decoder: options.decoder ?? "auto",
      shaders: options.shaders ?? true,
    } satisfies LaneRequest,
    starting,
  ).catch((error) => {
    channel.end(unopened);
    throw signal?.aborted ? signal.reason : error;
  }).finally(() => signal?.removeEventListener("abort", giveUp)) as Opened;

  let closing: Promise<void> | undefined;
  async function close(): Promise<void> {
    const closed = new LaneError("closed", `Lane of ${packageDir} was closed`);
    // A polite close frees native memory; what takes longer than that fails.
    const timer = setTimeout(() => channel.end(closed), CLOSE_TIMEOUT_MS);
    const answered = await call({ kind: "close" }).then(() => true, () => false);
    clearTimeout(timer);
    if (answered && provider === "cpu") {
      channel.release(closed);
      workers.give(worker);
    } else channel.end(closed); // wasm holds its memory and its threads, a GPU its device
    if (provider === "webgpu") await delay(GPU_RELEASE_MS);
  }

  // One that closes is asked nothing more: its Worker may be another lane's by the answer.
  const measureOnce = () => closing ?? call({ kind: "measure", runs: 1 });
  const observe = watchRuns(measureOnce, ({ message }) => {
    const reason = `${MAX_FAILED_RUNS} runs failed in a row, and that of a grey frame too`;
    channel.end(new LaneError("crashed", `Lane of ${name} is broken: ${reason}: ${message}`));
  });

  async function run(jobs: readonly Job[]): Promise<JobResult[]> {
    const plain = jobs.map(({ frame, want }) => ({ frame, want }));
    const transfer = jobs.map(({ frame }) => frame.bytes.buffer as ArrayBuffer);
    const answer = await call({ kind: "segment", jobs: plain }, transfer) as SegmentAnswer;
    jobs.forEach(({ returned }, index) => returned?.(answer.buffers[index]!));
    const results = answer.results.map(resultFromWire);
    observe(results);
    return results;
  }

  async function infer(job: TensorJob): Promise<Inference> {
    const answer = call({ kind: "infer", ...job }, [job.tensor.buffer]);
    observe([await answer.catch((error) => error)]);
    return await answer as Inference;
  }

  return {
    provider,
    variant,
    card,
    info,
    golden,
    ended: channel.whenEnded,
    decoder,
    notes,
    capacity: overlaps ? OVERLAPPING : 1,
    get busy() {
      return channel.waiting > 0;
    },
    get alive() {
      return closing === undefined && channel.ended === undefined;
    },
    run,
    async segment(frame, want = {}) {
      const [result] = await run([{ frame, want }]) as [JobResult];
      if (result instanceof Error) throw result;
      return result;
    },
    infer,
    async setLevels(levels) {
      await call({ kind: "levels", levels });
    },
    async measure(runs) {
      return await channel.call({ kind: "measure", runs }, starting) as number;
    },
    [Symbol.asyncDispose]: () => closing ??= close(),
  };
}
