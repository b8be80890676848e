// One loaded version of a model: its lanes open, golden-checked, warm, and kept so. Knows nothing of streams
// and requests.

import { delay } from "@std/async/delay";
import type { Card, VariantName } from "../../models/card.ts";
import type { Job, JobResult, TensorJob } from "../job.ts";
import type { Inference } from "../reply.ts";
import { type Clock, systemClock } from "../stream/clock.ts";
import { type Lane, type LaneOptions, type Levels, openLane } from "./lane.ts";
import { createLaneSet, type EndingLane } from "./lane_set.ts";
import { fitLanes } from "./layout.ts";
import { isGpu, type ProviderName } from "./provider.ts";
import { releaseMemory } from "./release_memory.ts";
import { openWorkerLane } from "./worker_lane.ts";

export type { Job, JobResult } from "../job.ts";

export interface Deployment extends AsyncDisposable {
  readonly card: Card;
  readonly provider: ProviderName;
  readonly variant: VariantName;
  /** Those that are open: one that crashed is missing until it is open again. */
  readonly lanes: readonly Lane[];
  /** False once its lanes have ended and could not be opened again, or it was disposed. */
  readonly alive: boolean;
  /** Batches that are being answered. */
  readonly inFlight: number;
  /**
   * Answers a batch on the lane with most free capacity, one result for each job; an Error for a job that failed alone. The
   * buffers under the frames move away.
   *
   * @throws {LaneError} when the lane itself fails.
   */
  run(jobs: readonly Job[]): Promise<readonly JobResult[]>;
  /**
   * Runs the network alone on the lane with most free capacity. The input's buffer moves away.
   *
   * @throws {ProviderError} when the run fails.
   * @throws {LaneError} when the lane itself fails.
   */
  infer(job: TensorJob): Promise<Inference>;
  /** Changes the levels of the card on all lanes, those that are opened later, too; `card` stays as it was read. */
  setLevels(levels: Levels): Promise<void>;
}

export interface DeploymentOptions extends Omit<LaneOptions, "spinUs" | "threads"> {
  /** Lanes on a CPU; a GPU has one. @default {fitLanes().lanes} */
  readonly lanes?: number | undefined;
  /** Threads of each lane. @default {fitLanes().threads} */
  readonly threads?: number | undefined;
  /** Wait before and after each lane that is opened, in ms, in which those that serve beside it catch up. @default {0} */
  readonly breathMs?: number;
  /** @default {systemClock} */
  readonly clock?: Clock;
}

/**
 * Opens the lanes of a package. The first decides provider and variant for all, and they go by the card that it has read:
 * those that are opened anew, too, whatever has become of card.json.
 *
 * @throws {PackageError | ProviderError | DecoderError | LaneError} as `openLane`, with nothing left open.
 * @throws the signal's reason.
 */
export async function openDeployment(options: DeploymentOptions): Promise<Deployment> {
  const { log = console.error, clock = systemClock, breathMs = 0, signal } = options;
  const { lanes: wanted, threads, spinUs } = fitLanes(options);
  const laneOptions = { ...options, threads, spinUs, log };

  const breathe = () => delay(breathMs, { signal });
  await breathe();
  await using opened = new AsyncDisposableStack();
  const first = opened.use(await openLane(laneOptions));
  const { card, provider, variant } = first;
  let levels: Levels | undefined;
  const open = async (signal?: AbortSignal) => {
    const lane = await openWorkerLane({ ...laneOptions, card, provider, variant, signal });
    for (const note of lane.notes) log(note);
    let set: Levels | undefined;
    while (levels && set !== levels) {
      set = levels;
      await lane.setLevels(set);
    }
    return lane;
  };
  const lanes: EndingLane[] = [first];
  const count = isGpu(provider) ? 1 : wanted;
  await breathe();
  while (lanes.length < count) {
    lanes.push(opened.use(await open(signal)));
    await breathe();
  }
  opened.move();
  log(`${card.name} ${card.version} has ${count} lanes, threads ${first.info.threads} each`);

  const set = createLaneSet({ lanes, open, clock, log });
  return {
    card,
    provider,
    variant,
    get lanes() {
      return set.lanes;
    },
    get alive() {
      return set.alive;
    },
    get inFlight() {
      return set.inFlight;
    },
    run: set.run,
    infer: set.infer,
    async setLevels(next) {
      levels = next;
      // A lane that ends meanwhile is opened anew with them.
      await Promise.allSettled(set.lanes.map((lane) => lane.setLevels(next)));
    },
    async [Symbol.asyncDispose]() {
      await set[Symbol.asyncDispose]();
      await releaseMemory();
    },
  };
}
