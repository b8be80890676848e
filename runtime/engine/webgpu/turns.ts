// Who may submit to the GPU, and who reads from it: in order, the next frame's work before the last one's readback. Knows no GPU.

export interface Turns {
  /**
   * Runs `begin`, one at a time in the order of the calls, then `end`, in the same order. An `end` lets every `begin` go first
   * that already has a place, so that work is there to do while it waits.
   *
   * @param begin gets a place from 0 that is its own until its `end` is over.
   * @returns what `end` returns; rejects as `begin` or `end` does, and then the turn is over.
   */
  take<S, T>(begin: (place: number) => Promise<S>, end: (begun: S) => Promise<T>): Promise<T>;
}

/** @param places how many may be between the start of their `begin` and the finish of their `end`; others wait. */
export function createTurns(places: number): Turns {
  const free = Array.from({ length: places }, (_, place) => place);
  const waiting: ((place: number) => void)[] = [];
  let begins: Promise<unknown> = Promise.resolve();
  let ends: Promise<unknown> = Promise.resolve();

  function release(place: number): void {
    const next = waiting.shift();
    if (next) next(place);
    else free.push(place);
  }

  return {
    async take(begin, end) {
      const place = free.shift() ?? await new Promise<number>((resolve) => waiting.push(resolve));
      const begun = begins.then(() => begin(place));
      begins = begun.catch(() => {});
      const before = ends;
      const finish = async () => {
        try {
          const state = await begun;
          await before;
          await begins;
          return await end(state);
        } finally {
          release(place);
        }
      };
      const ended = finish();
      ends = ended.catch(() => {});
      return await ended;
    },
  };
}
