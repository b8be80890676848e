// How many threads a session gets when nobody says.

/**
 * min(cores, 8): a 256² graph has too little work in one layer to feed more, and a second lane uses the
 * remaining cores better.
 */
export function defaultThreads(cores: number = navigator.hardwareConcurrency): number {
  return Math.max(1, Math.min(cores, 8));
}
