// A WebSocket client that makes its frames by hand, right and wrong ones (RFC 6455, section 5.2).

import { connectRaw, type RawConnection } from "./raw_connection.ts";

export const OPCODES = { more: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

export interface RawFrame {
  readonly opcode: number;
  readonly payload?: string | Uint8Array;
  /** @default {true} */
  readonly fin?: boolean;
  /** The three reserved bits, 0 to 7. @default {0} */
  readonly reserved?: number;
  /** @default {true} */
  readonly masked?: boolean;
  /** What the header says in place of the payload's length. */
  readonly claims?: number;
}

export function rawFrame(frame: RawFrame): Uint8Array {
  const { opcode, fin = true, reserved = 0, masked = true } = frame;
  const payload = typeof frame.payload === "string"
    ? new TextEncoder().encode(frame.payload)
    : frame.payload ?? new Uint8Array();
  const length = frame.claims ?? payload.length;
  const long = length < 126 ? 0 : length < 65536 ? 2 : 8;
  const bytes = new Uint8Array(2 + long + (masked ? 4 : 0) + payload.length);
  const view = new DataView(bytes.buffer);
  bytes[0] = (fin ? 0x80 : 0) | (reserved << 4) | opcode;
  bytes[1] = (masked ? 0x80 : 0) | (long === 0 ? length : long === 2 ? 126 : 127);
  if (long === 2) view.setUint16(2, length);
  if (long === 8) view.setBigUint64(2, BigInt(length));
  const mask = masked ? [1, 2, 3, 4] : [];
  bytes.set(mask, 2 + long);
  const at = 2 + long + mask.length;
  for (let i = 0; i < payload.length; i++) bytes[at + i] = payload[i]! ^ (mask[i % 4] ?? 0);
  return bytes;
}

export interface RawSocket extends Disposable {
  readonly connection: RawConnection;
  send(frame: RawFrame): Promise<boolean>;
  /** The next frame from the server. */
  next(): Promise<{ readonly opcode: number; readonly payload: Uint8Array }>;
  /** Reads until the connection ends. @returns the close code, or undefined when it was just cut. */
  closed(): Promise<number | undefined>;
}

export function handshake(
  url: string,
  { path = "/v1/stream", version = "13", more = "" } = {},
): string {
  return `GET ${path} HTTP/1.1\r\nHost: ${new URL(url).host}\r\nUpgrade: websocket\r\n` +
    "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
    `Sec-WebSocket-Version: ${version}\r\nSec-WebSocket-Protocol: lineside.v1\r\n${more}\r\n`;
}

export interface OpenRawOptions {
  /** False for one that reads nothing after the welcome. @default {true} */
  readonly reads?: boolean;
}

/** Opens a socket; with `hello`, a stream. */
export async function openRaw(
  url: string,
  hello?: Readonly<Record<string, unknown>>,
  { reads = true }: OpenRawOptions = {},
): Promise<RawSocket> {
  const connection = await connectRaw(url);
  await connection.write(handshake(url));
  const answer = await connection.until("the handshake", () => {
    const text = new TextDecoder().decode(connection.received);
    const end = text.indexOf("\r\n\r\n");
    return end < 0 ? undefined : text.slice(0, end + 4);
  });
  connection.take(answer.length);
  if (!answer.startsWith("HTTP/1.1 101")) {
    throw new Error(`The handshake was answered ${answer}`);
  }
  const socket: RawSocket = {
    connection,
    send: (frame) => connection.write(rawFrame(frame)),
    next: () => connection.until("a frame", () => takeFrame(connection)),
    async closed() {
      await connection.untilEnd();
      for (let frame; (frame = takeFrame(connection));) {
        if (frame.opcode !== OPCODES.close) continue;
        return frame.payload.length < 2
          ? undefined
          : new DataView(frame.payload.buffer).getUint16(0);
      }
      return undefined;
    },
    [Symbol.dispose]: () => connection[Symbol.dispose](),
  };
  if (hello) {
    await socket.send({ opcode: OPCODES.text, payload: helloText(hello) });
    const welcome = new TextDecoder().decode((await socket.next()).payload);
    if (!welcome.includes(`"welcome"`)) throw new Error(`The hello was answered ${welcome}`);
  }
  if (!reads) connection.stall();
  return socket;
}

export function helloText(more: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({ type: "hello", protocol: "lineside.v1", model: "tiny", ...more });
}

function takeFrame({ received, take }: RawConnection) {
  if (received.length < 2) return undefined;
  const view = new DataView(received.buffer, received.byteOffset, received.length);
  const short = received[1]! & 0x7f;
  const header = 2 + (short === 126 ? 2 : short === 127 ? 8 : 0);
  if (received.length < header) return undefined;
  const length = short < 126
    ? short
    : short === 126
    ? view.getUint16(2)
    : Number(view.getBigUint64(2));
  if (received.length < header + length) return undefined;
  return { opcode: received[0]! & 15, payload: take(header + length).slice(header) };
}
