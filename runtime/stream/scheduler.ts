// Takes turns: sources with waiting work go round in a ring, one job runs at a time. Knows nothing of
// frames, sockets or lanes; a source is a stream's slot or the queue of HTTP requests.

/** Something that may have work. A source is in the ring at most once. */
export interface Source {
  readonly waiting: boolean;
  /** The next job. It handles its own errors: a job that rejects is reported and forgotten. */
  next(): (() => Promise<void>) | undefined;
}

export interface Scheduler {
  /** Tells that the source has work. Costs nothing when it is in the ring already. */
  ready(source: Source): void;
  /** Resolves when nothing runs and nothing waits. */
  idle(): Promise<void>;
}

export function createScheduler(report: (error: unknown) => void): Scheduler {
  const ring = new Set<Source>();
  let running = false;
  let current: Source | undefined;
  let idlers: (() => void)[] = [];

  async function turn(): Promise<void> {
    running = true;
    for (const source of ring) {
      // A Set iterates in insertion order and visits what is added on the way: delete, then add, is a ring.
      ring.delete(source);
      current = source;
      try {
        await source.next()?.();
      } catch (error) {
        report(error);
      }
      current = undefined;
      if (source.waiting) ring.add(source); // behind all that came to wait during its turn
    }
    running = false;
    for (const wake of idlers) wake();
    idlers = [];
  }

  return {
    ready(source) {
      if (source !== current) ring.add(source);
      if (!running) turn();
    },
    idle: () =>
      running ? new Promise((resolve) => idlers.push(() => resolve())) : Promise.resolve(),
  };
}
