// Keeps the few best of many, so that a whole data set can pass by. Knows not what it keeps.

export interface Top<T> {
  add(rank: number, item: T): void;
  /** The highest rank first; of equal ones the first that came. */
  items(): T[];
}

/** Keeps at most `count` items, those with the highest ranks. */
export function createTop<T>(count: number): Top<T> {
  const kept: { readonly rank: number; readonly item: T }[] = [];
  return {
    add(rank, item) {
      const below = kept.findIndex((other) => other.rank < rank);
      kept.splice(below < 0 ? kept.length : below, 0, { rank, item });
      kept.splice(count);
    },
    items: () => kept.map(({ item }) => item),
  };
}
