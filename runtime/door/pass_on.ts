// Passes the bytes of a connection on, both ways, no faster than they are taken, and sees that it ends, or
// hands the client over.

import { createPieceWriter, type PieceWriterOptions } from "./piece_writer.ts";
import type { Side } from "./side.ts";

/** For a client to end its side when the server has ended its own. */
const CLOSE_MS = 2000;

export interface PassOnOptions extends PieceWriterOptions {
  /** Sees what comes from the client. */
  fromClient(bytes: Uint8Array): void;
  /** Something goes to the client. */
  toClient(): void;
}

export interface Passing {
  /** Cuts off the server behind, and passes nothing on any more. @returns what comes next from the client. */
  handOver(): Promise<Uint8Array | undefined>;
  /** Ends all waits. */
  stop(): void;
}

export function passOn(outer: Side, inner: Side, options: PassOnOptions): Passing {
  const { clock, cut } = options;
  const writer = createPieceWriter(outer, options);
  const handedOver = Promise.withResolvers<Uint8Array | undefined>();
  let cancelEnd: (() => void) | undefined;
  /** What still comes is read and thrown away: bytes that nobody reads would take the last answer with them. */
  let deaf = false;
  let stopped = false;
  let isMine = true;

  function endSoon(): void {
    if (!stopped) cancelEnd ??= clock.after(CLOSE_MS, cut);
  }

  async function fromClient(): Promise<void> {
    for (let bytes; (bytes = await outer.read()) !== undefined;) {
      if (!isMine) return handedOver.resolve(bytes);
      if (deaf) continue;
      options.fromClient(bytes);
      await inner.write(bytes).catch(serverGone);
    }
    handedOver.resolve(undefined);
    if (isMine && !deaf) await inner.end().catch(serverGone);
  }

  async function toClient(): Promise<void> {
    for (let bytes; (bytes = await inner.read()) !== undefined;) {
      options.toClient();
      await writer.write(bytes);
    }
    endSoon();
    await outer.end();
  }

  /** While an end is under way, the client may still take what it was sent. */
  function serverGone(): void {
    deaf = true;
    if (isMine && !cancelEnd) cut();
  }

  function end(): void {
    if (isMine) cut();
  }

  const server = toClient().catch(serverGone);
  fromClient().then(() => server).then(end, (error) => {
    end();
    handedOver.reject(error);
  });
  handedOver.promise.catch(() => {}); // nobody may have asked for it
  return {
    handOver() {
      isMine = false;
      inner.destroy();
      return handedOver.promise;
    },
    stop() {
      stopped = true;
      cancelEnd?.();
      writer.stop();
    },
  };
}
