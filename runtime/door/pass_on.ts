// Passes the bytes of a connection on, both ways, no faster than they are taken, and sees that it ends. Which
// bytes are in order is the wire's matter.

import type { Socket } from "node:net";
import { release } from "../release.ts";
import type { Clock } from "../stream/clock.ts";
import type { Wire } from "./wire.ts";

/** For a peer to end its side when the server has ended its own (RFC 6455, section 7.1.1). */
const CLOSE_MS = 2000;

export interface PassOnOptions {
  readonly wire: Pick<Wire, "fromClient" | "toClient" | "farewell">;
  readonly clock: Clock;
  /** For the client to take what it is sent. */
  readonly readMs: number;
  /** Ends the connection now. */
  cut(): void;
}

export interface Passing {
  /** An end is under way, and does not need both sides. */
  readonly ending: boolean;
  /** Ends all waits. */
  stop(): void;
}

export function passOn(outer: Socket, inner: Socket, options: PassOnOptions): Passing {
  const { wire, clock, readMs, cut } = options;
  let cancelEnd: (() => void) | undefined;
  let cancelStall = () => {};

  function endSoon(): void {
    cancelEnd ??= clock.after(CLOSE_MS, cut);
  }

  function fromClient(chunk: Uint8Array): void {
    const code = wire.fromClient(chunk);
    if (code !== undefined) return refuse(code);
    if (inner.write(chunk, () => done(chunk))) return;
    outer.pause();
    inner.once("drain", () => outer.resume());
  }

  /** What still comes is read and thrown away: bytes that nobody reads would take the goodbye with them. */
  function refuse(code: number): void {
    endSoon();
    outer.removeListener("data", fromClient).resume();
    inner.removeListener("data", toClient).destroy();
    outer.end(wire.farewell(code) ?? "");
  }

  function toClient(chunk: Uint8Array): void {
    if (wire.toClient(chunk)) endSoon();
    if (outer.write(chunk)) return;
    inner.pause();
    cancelStall = clock.after(readMs, cut);
    outer.once("drain", () => {
      cancelStall();
      inner.resume();
    });
  }

  outer.on("data", fromClient).once("end", () => inner.end());
  inner.on("data", toClient).once("end", () => {
    outer.end();
    endSoon();
  });
  return {
    get ending() {
      return cancelEnd !== undefined;
    },
    stop() {
      cancelEnd?.();
      cancelStall();
    },
  };
}

/** What a socket read into a buffer of its own goes with it; small reads may share one. */
function done(chunk: Uint8Array): void {
  if (chunk.byteLength === chunk.buffer.byteLength) release(chunk);
}
