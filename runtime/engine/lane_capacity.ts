// How many batches lanes can have at work at once. Knows no Worker.

/** Of a lane whose path works on the next batch while one is read back. */
export const OVERLAPPING = 2;

/** Batches that some lanes together can have at work. */
export function sumCapacity(lanes: readonly { readonly capacity: number }[]): number {
  return lanes.reduce((sum, { capacity }) => sum + capacity, 0);
}
