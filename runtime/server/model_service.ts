// One model as the server holds it: its card, its lane once that is ready, and the turns that streams and
// requests take on it. Knows nothing of HTTP or sockets.

import type { Card } from "../../models/card.ts";
import type { Frame } from "../frame.ts";
import type { Lane } from "../engine/lane.ts";
import type { Segmentation, Want } from "../reply.ts";
import { createScheduler, type Scheduler, type Source } from "../stream/scheduler.ts";

export type ServiceState = "loading" | "ready" | "failed" | "stopping";

/** A model that cannot answer now; the same request may succeed later. */
export class UnavailableError extends Error {
  override readonly name = "UnavailableError";
  constructor(readonly code: "not-ready" | "overloaded", message: string) {
    super(message);
  }
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

export interface ModelService {
  readonly card: Card;
  readonly scheduler: Scheduler;
  state(): ServiceState;
  /** @throws {UnavailableError} while there is none. */
  lane(): Lane;
  /** @throws {UnavailableError} */
  describe(): ModelDescription;
  /** Takes a turn for one frame that belongs to no stream. @throws {UnavailableError} when too many wait. */
  segment(frame: Frame, want: Want, signal: AbortSignal): Promise<Segmentation>;
  attach(lane: Lane): void;
  /** Takes no new work from now on; resolves when all that waited is answered. */
  stop(): Promise<void>;
}

/** The models that a server has. */
export interface ModelTable {
  list(): readonly ModelService[];
  /** The newest version when none is named. */
  find(name: string, version?: string): ModelService | undefined;
}

export interface ServiceOptions {
  readonly card: Card;
  /** Requests that may wait beside the streams. @default {16} */
  readonly maxWaiting?: number;
  readonly report: (error: unknown) => void;
}

export function createModelService(
  { card, maxWaiting = 16, report }: ServiceOptions,
): ModelService {
  const scheduler = createScheduler(report);
  const queue: (() => Promise<void>)[] = [];
  let lane: Lane | undefined;
  let stopping = false;

  const requests: Source = {
    get waiting() {
      return queue.length > 0;
    },
    next: () => queue.shift(),
  };

  function state(): ServiceState {
    if (stopping) return "stopping";
    if (!lane) return "loading";
    return lane.alive ? "ready" : "failed";
  }

  function readyLane(): Lane {
    if (lane && lane.alive) return lane;
    throw new UnavailableError("not-ready", `Model "${card.name}" ${card.version} is ${state()}`);
  }

  return {
    card,
    scheduler,
    state,
    lane: readyLane,
    describe() {
      const { provider, variant } = readyLane();
      const { name, version, threshold, minRegionScore, input: { width, height } } = card;
      return {
        ...{ name, version, variant, provider, input: { width, height } },
        ...{ threshold, minRegionScore },
      };
    },
    segment(frame, want, signal) {
      if (state() !== "ready") {
        throw new UnavailableError("not-ready", `Model "${card.name}" is ${state()}`);
      }
      if (queue.length >= maxWaiting) {
        throw new UnavailableError("overloaded", `${maxWaiting} requests wait already, the limit`);
      }
      const { promise, resolve, reject } = Promise.withResolvers<Segmentation>();
      queue.push(async () => {
        try {
          signal.throwIfAborted();
          resolve(await readyLane().segment(frame, want));
        } catch (error) {
          reject(error);
        }
      });
      scheduler.ready(requests);
      return promise;
    },
    attach(next) {
      lane = next;
    },
    stop() {
      stopping = true;
      return scheduler.idle();
    },
  };
}

/** A table of services that are given in the order from old to new. */
export function createModelTable(services: readonly ModelService[]): ModelTable {
  return {
    list: () => services,
    find: (name, version) =>
      services.findLast(({ card }) =>
        card.name === name && (version === undefined || card.version === version)
      ),
  };
}
