// The last batches of one version: how many frames failed and how long a frame took. Knows no deployment.

/** What a version did lately. */
export interface RunStats {
  readonly frames: number;
  /** Frames that failed by the runtime's fault. */
  readonly errors: number;
  /** Median time of a frame in ms: that of its batch by its frames. Undefined before the first. */
  readonly medianMs: number | undefined;
  readonly p99Ms: number | undefined;
}

export interface RunWindow {
  /** @param ms time of the whole batch */
  add(frames: number, errors: number, ms: number): void;
  /** Forgets all: a new role, a new judgement. */
  reset(): void;
  stats(): RunStats;
}

/** @param limit batches that are kept */
export function createRunWindow(limit = 512): RunWindow {
  let batches: { frames: number; errors: number; frameMs: number }[] = [];
  let at = 0;
  return {
    add(frames, errors, ms) {
      batches[at] = { frames, errors, frameMs: ms / frames };
      at = (at + 1) % limit;
    },
    reset() {
      batches = [];
      at = 0;
    },
    stats() {
      const times = batches.filter(({ frames, errors }) => errors < frames)
        .map(({ frameMs }) => frameMs).sort((a, b) => a - b);
      return {
        frames: batches.reduce((sum, { frames }) => sum + frames, 0),
        errors: batches.reduce((sum, { errors }) => sum + errors, 0),
        medianMs: times[times.length >> 1],
        p99Ms: times[Math.ceil(times.length * 0.99) - 1],
      };
    },
  };
}
