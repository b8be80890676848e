// A clock that only moves when the test moves it.

import type { Clock } from "../../runtime/stream/clock.ts";

export interface FakeClock extends Clock {
  advance(ms: number): void;
  /** Timers that have not fired. */
  readonly pending: number;
}

export function fakeClock(): FakeClock {
  let time = 0;
  const timers = new Set<{ at: number; action: () => void }>();
  return {
    now: () => time,
    after(ms, action) {
      const timer = { at: time + ms, action };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    advance(ms) {
      time += ms;
      for (const timer of [...timers].filter(({ at }) => at <= time)) {
        timers.delete(timer);
        timer.action();
      }
    },
    get pending() {
      return timers.size;
    },
  };
}
