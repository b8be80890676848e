// Writes to a client that must take what it is sent, piece by piece, or is cut off.

import type { Clock } from "../stream/clock.ts";
import type { Side } from "./side.ts";

/** What a client must have taken of a long answer, to be given its time anew. */
const PIECE_BYTES = 16 * 1024;

export interface PieceWriterOptions {
  readonly clock: Clock;
  /** For the client to take a piece. */
  readonly readMs: number;
  /** Ends the connection now. */
  cut(): void;
}

export interface PieceWriter {
  /** Resolves when all is on its way. @throws when the connection breaks. */
  write(bytes: Uint8Array): Promise<void>;
  /** Ends all waits. */
  stop(): void;
}

export function createPieceWriter(
  side: Pick<Side, "write">,
  { clock, readMs, cut }: PieceWriterOptions,
): PieceWriter {
  /** When the piece that is being written was begun. */
  let begunMs: number | undefined;
  let cancel: (() => void) | undefined;
  let stopped = false;

  /** One timer for many pieces: one for each takes as long as the piece. */
  function watch(ms: number): void {
    cancel = clock.after(ms, () => {
      cancel = undefined;
      if (begunMs === undefined) return;
      const leftMs = begunMs + readMs - clock.now();
      if (leftMs > 0) watch(leftMs);
      else cut();
    });
  }

  return {
    async write(bytes) {
      for (let at = 0; at < bytes.length && !stopped; at += PIECE_BYTES) {
        begunMs = clock.now();
        if (!cancel) watch(readMs);
        await side.write(bytes.subarray(at, at + PIECE_BYTES));
        begunMs = undefined;
      }
    },
    stop() {
      stopped = true;
      cancel?.();
    },
  };
}
