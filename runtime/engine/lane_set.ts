// A fixed number of lanes of one model that are kept open: a lane that ends unasked is opened anew, later each
// time, and given up after some attempts. Knows no provider and no package.

import type { Job, JobResult, TensorJob } from "../job.ts";
import type { Inference } from "../reply.ts";
import type { Clock } from "../stream/clock.ts";
import { LaneError } from "./worker_channel.ts";
import type { Lane } from "./worker_lane.ts";

/** A lane whose end can be waited for. */
export type EndingLane = Lane & { readonly ended: Promise<LaneError> };

export interface LaneSetOptions {
  /** The lanes to begin with, open already; the set disposes them. */
  readonly lanes: readonly EndingLane[];
  /** Opens one more like them, until the signal aborts. */
  readonly open: (signal: AbortSignal) => Promise<EndingLane>;
  readonly clock: Clock;
  readonly log: (line: string) => void;
}

export interface LaneSet extends AsyncDisposable {
  /** Those that are open now. */
  readonly lanes: readonly Lane[];
  /** False when every lane has been given up, or the set was disposed. */
  readonly alive: boolean;
  /** Batches that are being answered. */
  readonly inFlight: number;
  /** Asks the lane with most free capacity. @throws {LaneError} when no lane is open, or the lane that was asked ended. */
  run(jobs: readonly Job[]): Promise<readonly JobResult[]>;
  /** @throws {ProviderError} when the run fails, and as `run`. */
  infer(job: TensorJob): Promise<Inference>;
}

/** Wait before the first attempt to open a lane anew; doubled for each further one. */
export const BACK_OFF_MS = 250;
/** Attempts in a row: together they wait for 7.75 s. */
export const MAX_ATTEMPTS = 5;
/** A lane that has lived this long was a good one: its end counts as the first. */
export const STEADY_MS = 60_000;

interface Place {
  lane: EndingLane | undefined;
  inFlight: number;
  openedMs: number;
  /** Attempts since the last lane that lived long enough. */
  attempts: number;
  givenUp: boolean;
}

export function createLaneSet({ lanes, open, clock, log }: LaneSetOptions): LaneSet {
  const pending = new Set<Promise<void>>();
  const timers = new Set<() => void>();
  const closed = new AbortController();
  let closing: Promise<void> | undefined;

  const places = lanes.map((lane): Place => {
    const place = { lane: undefined, inFlight: 0, openedMs: 0, attempts: 0, givenUp: false };
    fill(place, lane);
    return place;
  });

  function fill(place: Place, lane: EndingLane): void {
    place.lane = lane;
    place.openedMs = clock.now();
    lane.ended.then((reason) => {
      place.lane = undefined;
      if (closing) return;
      log(reason.message);
      if (clock.now() - place.openedMs >= STEADY_MS) place.attempts = 0;
      schedule(place);
    });
  }

  function schedule(place: Place): void {
    if (place.attempts >= MAX_ATTEMPTS) {
      place.givenUp = true;
      log(`Gave up a lane: it ended after ${MAX_ATTEMPTS} attempts to open it anew`);
      return;
    }
    const cancel = clock.after(BACK_OFF_MS * 2 ** place.attempts++, () => {
      timers.delete(cancel);
      const attempt = reopen(place).finally(() => pending.delete(attempt));
      pending.add(attempt);
    });
    timers.add(cancel);
  }

  async function reopen(place: Place): Promise<void> {
    try {
      const lane = await open(closed.signal);
      if (closing) await lane[Symbol.asyncDispose]();
      else fill(place, lane);
    } catch (error) {
      if (closing) return;
      log(`Cannot open a lane anew: ${error instanceof Error ? error.message : error}`);
      schedule(place);
    }
  }

  async function onFreest<T>(work: (lane: Lane) => Promise<T>): Promise<T> {
    const open = places.filter(({ lane }) => lane?.alive);
    const [first] = open;
    if (first === undefined) throw new LaneError("crashed", "No lane is open");
    const free = ({ lane, inFlight }: Place) => lane!.capacity - inFlight;
    const place = open.reduce((a, b) => free(b) > free(a) ? b : a, first);
    place.inFlight++;
    try {
      return await work(place.lane!);
    } finally {
      place.inFlight--;
    }
  }

  async function close(): Promise<void> {
    for (const cancel of timers) cancel();
    closed.abort(new LaneError("closed", "The lanes were closed"));
    await Promise.all(places.map(({ lane }) => lane?.[Symbol.asyncDispose]()));
    await Promise.all(pending);
  }

  return {
    get lanes() {
      return places.flatMap(({ lane }) => lane?.alive ? [lane] : []);
    },
    get alive() {
      return !closing && places.some(({ givenUp }) => !givenUp);
    },
    get inFlight() {
      return places.reduce((sum, { inFlight }) => sum + inFlight, 0);
    },
    run: (jobs) => onFreest((lane) => lane.run(jobs)),
    infer: (job) => onFreest((lane) => lane.infer(job)),
    [Symbol.asyncDispose]: () => closing ??= close(),
  };
}
