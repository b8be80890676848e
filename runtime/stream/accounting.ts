// Counts what became of every frame of one stream. Knows nothing of sockets or lanes.

/** How a frame ended. The position is the number on the wire. */
export const OUTCOMES = ["done", "dropped", "expired", "refused", "failed"] as const;
export type Outcome = typeof OUTCOMES[number];

/** received = done + dropped + expired + refused + failed + inFlight, always. */
export interface Counters extends Readonly<Record<Outcome, number>> {
  readonly received: number;
  /** Waiting for a turn, or in the lane. */
  readonly inFlight: number;
}

/** The counters as words, for logs: "3 received, 3 done, 0 dropped, …". */
export function formatCounters({ inFlight: _, ...ended }: Counters): string {
  return Object.entries(ended).map(([name, count]) => `${count} ${name}`).join(", ");
}

export interface Accounting {
  received(): void;
  /** @throws {RangeError} when no frame is in flight: a frame was settled twice. */
  settled(outcome: Outcome): void;
  counters(): Counters;
}

export function createAccounting(): Accounting {
  let received = 0;
  let inFlight = 0;
  const ended: Record<Outcome, number> = { done: 0, dropped: 0, expired: 0, refused: 0, failed: 0 };
  return {
    received() {
      received++;
      inFlight++;
    },
    settled(outcome) {
      if (inFlight === 0) {
        throw new RangeError(`Cannot settle a frame as "${outcome}": no frame is in flight`);
      }
      inFlight--;
      ended[outcome]++;
    },
    counters: () => ({ received, ...ended, inFlight }),
  };
}
