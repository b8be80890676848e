// How long to wait before the next attempt, and whether there is one. Loads in a browser.

export interface BackoffOptions {
  /** Wait before the second attempt, in ms; it doubles with each. @default {250} */
  readonly firstMs?: number;
  /** Longest wait, in ms. @default {10000} */
  readonly maxMs?: number;
  /** Attempts in a row without success before it gives up. @default {20} */
  readonly attempts?: number;
  /** A connection that stayed open for so long has worked, even when nothing came, in ms. @default {5000} */
  readonly steadyMs?: number;
  /** 0 to 1, for the jitter. @default {Math.random} */
  readonly random?: () => number;
  /** In ms. @default {performance.now} */
  readonly now?: () => number;
}

export interface Backoff {
  /** Attempts that have failed in a row. */
  readonly failed: number;
  /** Counts one more failure: ms until the next attempt, or undefined when it is time to give up. */
  next(): number | undefined;
  /** There is a connection: when it breaks after `steadyMs` or later, that failure is the first again. */
  opened(): void;
  /** It has worked: the next failure is the first again. */
  reset(): void;
}

/**
 * Exponential back-off with equal jitter: between half and all of first × 2ⁿ, so that clients that lost the
 * same server do not come back together.
 */
export function createBackoff(options: BackoffOptions = {}): Backoff {
  const { firstMs = 250, maxMs = 10_000, attempts = 20, steadyMs = 5000 } = options;
  const { random = Math.random, now = () => performance.now() } = options;
  let failed = 0;
  let openedMs = Infinity;
  return {
    get failed() {
      return failed;
    },
    next() {
      if (now() - openedMs >= steadyMs) failed = 0;
      openedMs = Infinity;
      failed++;
      if (failed >= attempts) return undefined;
      const ceiling = Math.min(maxMs, firstMs * 2 ** (failed - 1));
      return ceiling * (1 + random()) / 2;
    },
    opened() {
      openedMs = now();
    },
    reset() {
      failed = 0;
    },
  };
}

/** Waits, but not beyond the signal. @throws the signal's reason. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  const abort = () => reject(signal.reason);
  signal.addEventListener("abort", abort);
  try {
    await promise;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", abort);
  }
}
