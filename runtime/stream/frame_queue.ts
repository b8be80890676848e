// The frames of one source that wait for their turn: bounded in number and in bytes, by one of two policies.
// Knows nothing of turns and lanes.

/** `latest`: one waits, the newest wins. `queue`: up to `depth` wait in order, more are refused. */
export const POLICIES = ["latest", "queue"] as const;
export type Policy = typeof POLICIES[number];

export interface QueueBounds {
  readonly policy: Policy;
  /** Frames that may wait; 1 for `latest`. */
  readonly depth: number;
  /** Bytes of all that wait under `queue`; a single frame may always wait. */
  readonly maxBytes: number;
}

/** What can wait. */
export interface Waiter {
  readonly bytes: number;
  readonly arrivedMs: number;
}

export interface FrameQueue<T extends Waiter> {
  readonly length: number;
  /** The next in turn. */
  readonly head: T | undefined;
  /** Lets an item in, unless it is "full"; gives back the one that had to go for it. */
  put(item: T): T | "full" | undefined;
  take(): T | undefined;
  /** Takes one out, wherever it is. */
  remove(item: T): void;
}

export function createFrameQueue<T extends Waiter>(
  { policy, depth, maxBytes }: QueueBounds,
): FrameQueue<T> {
  const items: T[] = [];
  const bytes = () => items.reduce((sum, item) => sum + item.bytes, 0);
  return {
    get length() {
      return items.length;
    },
    get head() {
      return items[0];
    },
    put(item) {
      if (policy === "latest") return items.splice(0, 1, item)[0];
      const full = items.length >= depth || bytes() + item.bytes > maxBytes;
      if (full && items.length > 0) return "full";
      items.push(item);
      return undefined;
    },
    take: () => items.shift(),
    remove(item) {
      const place = items.indexOf(item);
      if (place >= 0) items.splice(place, 1);
    },
  };
}
