// One end of a connection, plain or TLS, as bytes that are read when somebody asks for them. Knows no protocol.

import type { Socket } from "node:net";
import { release } from "../release.ts";

export interface Side {
  /** Address of the peer. */
  readonly address: string;
  /**
   * What came, valid until the next call; undefined at the end.
   *
   * @param into where it is best put; it may come elsewhere, and more of it.
   * @throws when the connection breaks.
   */
  read(into?: Uint8Array): Promise<Uint8Array | undefined>;
  /** Resolves when the bytes are on their way, in the order of the calls. @throws when the connection breaks. */
  write(bytes: Uint8Array): Promise<void>;
  /** Says that no more comes, after what was written. */
  end(): Promise<void>;
  /** Cuts the connection off, now; reads and writes that wait throw. */
  destroy(): void;
}

/** Each side has a buffer: small for those who say little, large for frames, since each read costs the same. */
const BUFFER_BYTES = 16 * 1024;
const MAX_BUFFER_BYTES = 256 * 1024;

/** Reads into one buffer again and again: 85 MB of new ones a second would keep the garbage collector busy. */
export function plainSide(conn: Deno.TcpConn): Side {
  let buffer = new Uint8Array(BUFFER_BYTES);
  let last = Promise.resolve();
  let open = true;
  const inOrder = (work: () => Promise<void>) => {
    const done = last.then(work);
    last = done.catch(() => {});
    return done;
  };
  try {
    conn.setNoDelay(true);
  } catch { /* it is gone already, as reading will say */ }
  return {
    address: conn.remoteAddr.hostname,
    async read(into = buffer) {
      const got = await conn.read(into);
      if (got === null) return undefined;
      if (got === buffer.length && into === buffer && got < MAX_BUFFER_BYTES) {
        buffer = new Uint8Array(4 * got);
      }
      return into.subarray(0, got);
    },
    write: (bytes) =>
      inOrder(async () => {
        for (let at = 0; at < bytes.length;) at += await conn.write(bytes.subarray(at));
      }),
    end: () => inOrder(() => conn.closeWrite()),
    destroy() {
      if (open) conn.close();
      open = false;
    },
  };
}

/** @param socket with allowHalfOpen. */
export function socketSide(socket: Socket): Side {
  const chunks: Uint8Array[] = [];
  let taken: Uint8Array | undefined;
  let ended = false;
  let broken: Error | undefined;
  let wake = () => {};
  socket.setNoDelay(true);
  socket.on("data", (chunk: Uint8Array) => {
    chunks.push(chunk);
    socket.pause();
    wake();
  });
  socket.once("end", () => {
    ended = true;
    wake();
  });
  socket.on("error", (error: Error) => {
    broken = error;
    socket.destroy();
  });
  socket.once("close", () => {
    broken ??= new Error("The connection is closed");
    wake();
  });
  return {
    address: socket.remoteAddress ?? "",
    async read() {
      if (taken && taken.byteLength === taken.buffer.byteLength) release(taken.buffer); // its own, not a part of one
      taken = undefined;
      while (chunks.length === 0) {
        if (ended) return undefined;
        if (broken) throw broken;
        const { promise, resolve } = Promise.withResolvers<void>();
        wake = resolve;
        socket.resume();
        await promise;
      }
      return taken = chunks.shift();
    },
    async write(bytes) {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      socket.write(bytes, (error) => error ? reject(error) : resolve());
      await promise;
    },
    async end() {
      const { promise, resolve } = Promise.withResolvers<void>();
      socket.end(resolve);
      await promise;
    },
    destroy: () => void socket.destroy(),
  };
}
