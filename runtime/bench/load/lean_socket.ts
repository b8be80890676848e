// A WebSocket client on a plain TCP connection that does as little as it can: what the cameras' side costs is
// taken from the server's cores. Takes whole messages from a server that keeps to the rules.

import { maskMessage, OPCODES } from "./masked.ts";

export interface LeanSocket {
  /** Writes in the order of the calls. @param message masked already. */
  write(message: Uint8Array): Promise<void>;
  /** Resolves when the server has closed; rejects when the connection breaks. */
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
}

export interface LeanSocketOptions {
  readonly protocol: string;
  /** Text or binary. The payload is a view that is valid during the call only. */
  onMessage(opcode: number, payload: Uint8Array<ArrayBuffer>): void;
}

const FIRST_BUFFER_BYTES = 64 * 1024;
/** RFC 6455, section 7.1.5. */
const NO_CODE = 1005;

/** @throws {Error} when the server does not upgrade. */
export async function openLeanSocket(
  { hostname, port, host, pathname }: URL,
  { protocol, onMessage }: LeanSocketOptions,
): Promise<LeanSocket> {
  const conn = await Deno.connect({ hostname, port: Number(port) });
  conn.setNoDelay(true);
  let buffer = new Uint8Array(FIRST_BUFFER_BYTES);
  let [from, to] = [0, 0];
  let last = Promise.resolve();

  function write(message: Uint8Array): Promise<void> {
    return last = last.then(async () => {
      for (let at = 0; at < message.length;) at += await conn.write(message.subarray(at));
    });
  }

  /** Reads more behind what is there. @throws {Error} at the end. */
  async function readMore(): Promise<void> {
    if (from > 0) buffer.copyWithin(0, from, to);
    [from, to] = [0, to - from];
    if (to === buffer.length) {
      const larger = new Uint8Array(2 * buffer.length);
      larger.set(buffer);
      buffer = larger;
    }
    const got = await conn.read(buffer.subarray(to));
    if (got === null) throw new Error("The server ended the connection");
    to += got;
  }

  /** The next message, if all of it is there. */
  function take(): { opcode: number; payload: Uint8Array<ArrayBuffer> } | undefined {
    const view = new DataView(buffer.buffer, from, to - from);
    if (view.byteLength < 2) return undefined;
    const short = view.getUint8(1);
    const head = short < 126 ? 2 : short === 126 ? 4 : 10;
    if (view.byteLength < head) return undefined;
    const length = short < 126
      ? short
      : short === 126
      ? view.getUint16(2)
      : Number(view.getBigUint64(2));
    if (view.byteLength < head + length) return undefined;
    const payload = buffer.subarray(from + head, from + head + length);
    from += head + length;
    return { opcode: view.getUint8(0) & 15, payload };
  }

  async function readAll(): Promise<{ code: number; reason: string }> {
    using _conn = conn;
    while (true) {
      const message = take();
      if (message === undefined) {
        await readMore();
        continue;
      }
      const { opcode, payload } = message;
      if (opcode === OPCODES.ping) await write(maskMessage(OPCODES.pong, payload));
      else if (opcode !== OPCODES.close) onMessage(opcode, payload);
      else {
        await write(maskMessage(OPCODES.close, payload));
        const code = payload.length < 2 ? NO_CODE : payload[0]! << 8 | payload[1]!;
        return { code, reason: new TextDecoder().decode(payload.subarray(2)) };
      }
    }
  }

  try {
    await write(new TextEncoder().encode(
      [
        ...[`GET ${pathname} HTTP/1.1`, `Host: ${host}`, "Upgrade: websocket"],
        ...["Connection: Upgrade", "Sec-WebSocket-Version: 13"],
        `Sec-WebSocket-Key: ${crypto.getRandomValues(new Uint8Array(16)).toBase64()}`,
        ...[`Sec-WebSocket-Protocol: ${protocol}`, "", ""],
      ].join("\r\n"),
    ));
    let answer = "";
    while (!answer.includes("\r\n\r\n")) {
      await readMore();
      answer = new TextDecoder("latin1").decode(buffer.subarray(from, to));
    }
    if (!answer.startsWith("HTTP/1.1 101 ")) throw new Error(answer.split("\r\n")[0]);
    from += answer.indexOf("\r\n\r\n") + 4;
  } catch (error) {
    conn.close();
    throw error;
  }
  const closed = readAll();
  closed.catch(() => {}); // who looks at `closed` handles the error
  return { write, closed };
}
