// A noisy curve made readable: one way for the progress line and for the report.

/** Follows what it is given a twentieth of the way, from the first on: about the mean of the last twenty. */
export function createSmoothing(): (value: number) => number {
  let level: number | undefined;
  return (value) => level = level === undefined ? value : 0.95 * level + 0.05 * value;
}
