// The streams that are open, by name. Knows nothing of sockets or frames.

import type { Counters } from "./accounting.ts";
import type { Policy } from "./frame_queue.ts";
import type { Priority } from "./turns.ts";

export interface OpenStream {
  readonly name: string;
  readonly model: { readonly name: string; readonly version: string };
  readonly policy: Policy;
  /** Frames that may wait. */
  readonly depth: number;
  readonly priority: Priority;
  /** For each frame, from its arrival. */
  readonly deadlineMs: number | undefined;
  /** Frames that wait. */
  waiting(): number;
  counters(): Counters;
}

export interface StreamTable {
  readonly size: number;
  get(name: string): OpenStream | undefined;
  list(): OpenStream[];
  /** A name that no open stream has. */
  freeName(): string;
  add(stream: OpenStream): void;
  delete(stream: OpenStream): void;
}

export function createStreamTable(): StreamTable {
  const streams = new Map<string, OpenStream>();
  let named = 0;
  return {
    get size() {
      return streams.size;
    },
    get: (name) => streams.get(name),
    list: () => [...streams.values()],
    freeName() {
      do named++; while (streams.has(`stream-${named}`));
      return `stream-${named}`;
    },
    add: (stream) => void streams.set(stream.name, stream),
    delete(stream) {
      if (streams.get(stream.name) === stream) streams.delete(stream.name);
    },
  };
}
