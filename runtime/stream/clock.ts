// Time as a value, so that tests turn it by hand. Knows nothing of what waits on it.

export interface Clock {
  /** Milliseconds, never going backwards; only differences mean something. */
  now(): number;
  /** Calls `action` once after `ms` milliseconds, unless the returned function is called before. */
  after(ms: number, action: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => performance.now(),
  after(ms, action) {
    const timer = setTimeout(action, ms);
    return () => clearTimeout(timer);
  },
};
