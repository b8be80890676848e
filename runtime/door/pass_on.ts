// Passes the bytes of a connection on, both ways, no faster than they are taken, and sees that it ends. Which
// bytes are in order is the wire's matter.

import type { Clock } from "../stream/clock.ts";
import type { Side } from "./side.ts";
import type { Wire } from "./wire.ts";

/** For a peer to end its side when the server has ended its own (RFC 6455, section 7.1.1). */
const CLOSE_MS = 2000;
/** What a client must have taken of a long answer, to be given its time anew. */
const PIECE_BYTES = 16 * 1024;

export interface PassOnOptions {
  readonly wire: Pick<Wire, "fromClient" | "toClient" | "farewell">;
  readonly clock: Clock;
  /** For the client to take something of what it is sent. */
  readonly readMs: number;
  /** Ends the connection now. */
  cut(): void;
}

export interface Passing {
  /** Ends all waits. */
  stop(): void;
}

export function passOn(outer: Side, inner: Side, options: PassOnOptions): Passing {
  const { wire, clock, readMs, cut } = options;
  let cancelEnd: (() => void) | undefined;
  let cancelStall = () => {};
  /** What still comes is read and thrown away: bytes that nobody reads would take the last answer with them. */
  let deaf = false;
  let stopped = false;

  function endSoon(): void {
    if (!stopped) cancelEnd ??= clock.after(CLOSE_MS, cut);
  }

  async function fromClient(): Promise<void> {
    for (let bytes; (bytes = await outer.read()) !== undefined;) {
      if (deaf) continue;
      const code = wire.fromClient(bytes);
      if (code !== undefined) refuse(code);
      else await inner.write(bytes).catch(serverGone);
    }
    if (!deaf) await inner.end().catch(serverGone);
  }

  function refuse(code: number): void {
    deaf = true;
    endSoon();
    inner.destroy();
    const goodbye = wire.farewell(code);
    if (goodbye) outer.write(goodbye).catch(cut);
    outer.end().catch(cut);
  }

  async function toClient(): Promise<void> {
    for (let bytes; (bytes = await inner.read()) !== undefined;) {
      if (wire.toClient(bytes)) endSoon();
      for (let at = 0; at < bytes.length && !stopped; at += PIECE_BYTES) {
        cancelStall = clock.after(readMs, cut);
        await outer.write(bytes.subarray(at, at + PIECE_BYTES));
        cancelStall();
      }
    }
    endSoon();
    await outer.end();
  }

  /** While an end is under way, the client may still take what it was sent. */
  function serverGone(): void {
    deaf = true;
    if (!cancelEnd) cut();
  }

  const server = toClient().catch(serverGone);
  fromClient().then(() => server).then(cut, cut);
  return {
    stop() {
      stopped = true;
      cancelEnd?.();
      cancelStall();
    },
  };
}
