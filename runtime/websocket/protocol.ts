// The server's bytes and numbers of RFC 6455. Knows no connection.

import { createHash } from "node:crypto";

/** Section 5.2; `more` continues a message. */
export const OPCODES = { more: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

/** Close codes, section 7.4.1. */
export const GOING_AWAY = 1001;
export const PROTOCOL_ERROR = 1002;
export const NO_UTF8 = 1007;
export const TOO_BIG = 1009;

/** Section 1.3. */
const GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

export interface Handshake {
  /** Sec-WebSocket-Key, as the client sent it. */
  readonly key: string;
  /** The sub-protocol, when one was agreed on. */
  readonly protocol: string | undefined;
}

/** The answer to a handshake (section 4.2.2). */
export function encodeAnswer({ key, protocol }: Handshake): Uint8Array {
  const accept = createHash("sha1").update(key + GUID).digest("base64");
  const lines = [
    ...["HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade"],
    `Sec-WebSocket-Accept: ${accept}`,
    ...(protocol === undefined ? [] : [`Sec-WebSocket-Protocol: ${protocol}`]),
  ];
  return new TextEncoder().encode(`${lines.join("\r\n")}\r\n\r\n`);
}

/** A whole message, or a control frame, in one frame without a mask. */
export function encodeFrame(opcode: number, payload: Uint8Array): Uint8Array {
  const { length } = payload;
  const head = length < 126 ? 2 : length < 2 ** 16 ? 4 : 10;
  const out = new Uint8Array(head + length);
  const view = new DataView(out.buffer);
  out[0] = 0x80 | opcode;
  out[1] = head === 2 ? length : head === 4 ? 126 : 127;
  if (head === 4) view.setUint16(2, length);
  if (head === 10) view.setBigUint64(2, BigInt(length));
  out.set(payload, head);
  return out;
}

/** @param reason at most 123 bytes. */
export function encodeClose(code: number, reason = ""): Uint8Array {
  const words = new TextEncoder().encode(reason);
  return encodeFrame(OPCODES.close, new Uint8Array([code >> 8, code & 255, ...words]));
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Undefined when it is no UTF-8. */
export function decodeText(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined;
  }
}

/** What the client's close is answered with: the same, or why it is wrong (sections 5.5.1, 7.4). */
export function answerClose(payload: Uint8Array): Uint8Array {
  if (payload.length === 0) return encodeFrame(OPCODES.close, payload);
  const code = payload.length === 1 ? 0 : payload[0]! << 8 | payload[1]!;
  const known = code >= 1000 && code <= 1003 || code >= 1007 && code <= 1014 ||
    code >= 3000 && code <= 4999;
  if (!known) return encodeClose(PROTOCOL_ERROR);
  return encodeClose(decodeText(payload.subarray(2)) === undefined ? NO_UTF8 : code);
}
