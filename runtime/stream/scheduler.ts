// Between sources and lanes: frames wait in bounded queues, take turns, and go out in batches while slots are
// free. Every frame that is offered ends exactly once. Knows nothing of sockets, HTTP or models.

import type { Deployment } from "../engine/deployment.ts";
import type { Work, WorkResult } from "../job.ts";
import type { Segmentation } from "../reply.ts";
import type { Clock } from "./clock.ts";
import { createFrameQueue, type QueueBounds } from "./frame_queue.ts";
import { createTicket, type Entry, type Ticket } from "./ticket.ts";
import { type Contender, createTurns, type Priority } from "./turns.ts";

/** A stream, or all HTTP requests of a model together. */
export interface Source {
  /** Frames that wait. */
  readonly waiting: number;
  /**
   * Takes a frame in; it may end before this returns. The returned function drops it, waiting or running.
   */
  offer<R = Segmentation>(entry: Entry<R>): () => void;
  /** Drops all frames that wait or run: nobody is left to answer. */
  abandon(): void;
}

export interface SourceOptions extends QueueBounds {
  readonly priority: Priority;
}

/** What came of one job's turn. */
export interface TurnResult {
  readonly result: WorkResult;
  /** Who did it; undefined when nobody could, for which `result` is an Error. */
  readonly deployment?: Deployment;
}

export interface SchedulerOptions {
  /** Batches that may run at once, asked at each dispatch. */
  slots(): number;
  /** Why nothing will free a slot, when there is none. */
  unavailable(): Error | undefined;
  /** Runs a batch, with a result for each job. When it rejects, all frames of the batch have failed. */
  run(jobs: readonly Work[]): Promise<readonly TurnResult[]>;
  readonly clock: Clock;
  /** Most frames of a batch. */
  readonly maxBatch: number;
  /** How long a frame waits, while a slot is free, for others to fill its batch. */
  readonly maxWaitMs: number;
  /** Takes what an entry throws, which it must not. */
  report(error: unknown): void;
}

export interface Scheduler {
  /** Frames that wait, of all sources. */
  readonly waiting: number;
  source(options: SourceOptions): Source;
  /** Resolves when nothing runs and nothing waits. */
  idle(): Promise<void>;
}

/** Without any slot, one is looked for this often while frames wait: a lane is being opened anew. */
const NO_SLOT_POLL_MS = 50;
/** Weight of the newest batch in the mean time of a turn. */
const SMOOTHING = 0.2;

/** A source as it takes turns. */
interface Taker extends Contender {
  take(): Ticket | undefined;
  readonly waiting: number;
  /** Ends all that waits. */
  fail(error: Error): void;
}

export function createScheduler(options: SchedulerOptions): Scheduler {
  const { clock, maxBatch, maxWaitMs } = options;
  const turns = createTurns<Taker>();
  const takers = new Set<Taker>(); // those with frames that wait
  let running = 0;
  let unended = 0; // frames that wait or run
  let turnMs = 0;
  let cancelWake: (() => void) | undefined;
  let idlers: (() => void)[] = [];

  function source({ priority, ...bounds }: SourceOptions): Source {
    const queue = createFrameQueue<Ticket>(bounds);
    const open = new Set<Ticket>();

    const taker: Taker = {
      priority,
      perishable: bounds.policy === "latest",
      get headMs() {
        return queue.head?.arrivedMs;
      },
      get waiting() {
        return queue.length;
      },
      take: () => queue.take(),
      fail(error) {
        while (queue.head) queue.head.end({ outcome: "failed", error });
      },
    };

    function onEnd(ticket: Ticket): void {
      open.delete(ticket);
      queue.remove(ticket);
      if (queue.length === 0 && takers.delete(taker)) turns.leave(taker);
      unended--;
      wakeIdlers();
    }

    return {
      get waiting() {
        return queue.length;
      },
      offer(entry) {
        const ticket = createTicket(entry, options, onEnd);
        unended++;
        const displaced = queue.put(ticket);
        if (displaced === "full") {
          const detail = `${queue.length} frames wait already, the limit`;
          ticket.end({ outcome: "refused", code: "queue-full", detail });
          return () => {};
        }
        open.add(ticket);
        takers.add(taker);
        turns.enter(taker);
        displaced?.end({ outcome: "dropped", code: "replaced" });
        dispatch();
        return () => ticket.end({ outcome: "dropped", code: "abandoned" });
      },
      abandon() {
        for (const ticket of open) ticket.end({ outcome: "dropped", code: "abandoned" });
      },
    };
  }

  /** Fills free slots, as long as there are batches to run. */
  function dispatch(): void {
    while (takers.size > 0) {
      const slots = options.slots();
      if (running >= slots) return slots === 0 && running === 0 ? awaitSlot() : undefined;
      const waitMs = fillingMs();
      if (waitMs > 0) return wakeIn(waitMs);
      start(collect());
    }
  }

  const waiting = () => [...takers].reduce((sum, taker) => sum + taker.waiting, 0);

  /** How long a batch may still wait to be filled. */
  function fillingMs(): number {
    if (maxBatch === 1 || maxWaitMs === 0) return 0;
    if (waiting() >= maxBatch) return 0;
    return Math.min(...[...takers].map(({ headMs }) => headMs!)) + maxWaitMs - clock.now();
  }

  function wakeIn(ms: number): void {
    cancelWake ??= clock.after(ms, () => {
      cancelWake = undefined;
      dispatch();
    });
  }

  function awaitSlot(): void {
    const error = options.unavailable();
    if (error === undefined) return wakeIn(NO_SLOT_POLL_MS);
    for (const taker of takers) taker.fail(error);
  }

  function collect(): { tickets: Ticket[]; jobs: Work[] } {
    const tickets: Ticket[] = [];
    const jobs: Work[] = [];
    while (jobs.length < maxBatch) {
      const taker = turns.next(clock.now(), turnMs);
      if (taker === undefined) break;
      const ticket = taker.take()!;
      if (taker.waiting > 0) turns.enter(taker);
      else takers.delete(taker);
      const job = ticket.take();
      if (job === undefined) continue; // it ended here
      tickets.push(ticket);
      jobs.push(job);
    }
    return { tickets, jobs };
  }

  async function start({ tickets, jobs }: { tickets: Ticket[]; jobs: Work[] }): Promise<void> {
    if (jobs.length === 0) return;
    running++;
    const startedMs = clock.now();
    const results = await options.run(jobs).catch((error: unknown) => ({ error }));
    turnMs += SMOOTHING * ((clock.now() - startedMs) / running - turnMs);
    running--;
    dispatch(); // the lane has its next work before the answers are written
    tickets.forEach((ticket, index) => {
      if ("error" in results) return ticket.end({ outcome: "failed", error: results.error });
      const { result, deployment } = results[index]!;
      if (deployment && !(result instanceof Error)) return ticket.done(result, deployment);
      ticket.end({ outcome: "failed", error: result, ...(deployment && { deployment }) });
    });
    wakeIdlers();
  }

  const isIdle = () => running === 0 && unended === 0;

  function wakeIdlers(): void {
    if (!isIdle()) return;
    for (const wake of idlers) wake();
    idlers = [];
  }

  return {
    get waiting() {
      return waiting();
    },
    source,
    idle: () =>
      isIdle() ? Promise.resolve() : new Promise((resolve) => idlers.push(() => resolve())),
  };
}
