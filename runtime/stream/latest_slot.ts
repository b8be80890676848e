// A place for one waiting item: the newest wins. Knows nothing of frames.

export interface LatestSlot<T> {
  readonly waiting: boolean;
  /** Puts an item in and returns the one it replaced, if any. */
  put(item: T): T | undefined;
  /** Takes the waiting item out. */
  take(): T | undefined;
}

export function createLatestSlot<T>(): LatestSlot<T> {
  let held: { item: T } | undefined;
  const exchange = (next: { item: T } | undefined) => {
    const item = held?.item;
    held = next;
    return item;
  };
  return {
    get waiting() {
      return held !== undefined;
    },
    put: (item) => exchange({ item }),
    take: () => exchange(undefined),
  };
}
