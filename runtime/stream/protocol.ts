// The bytes of `lineside.v1` (PROTOCOL.md): what all binary messages share, and the frame going up. Pure,
// and shared with browsers: it must not import anything that a browser cannot load.

import type { FrameFormat } from "../frame.ts";

export const SUBPROTOCOL = "lineside.v1";
/** All that this side speaks, the highest first. */
export const SUBPROTOCOLS: readonly string[] = [SUBPROTOCOL];
export const HEADER_BYTES = 24;
export const KIND = { frame: 1, reply: 2, view: 3 } as const;
export const VERSION = 1;
/** The position is the number on the wire. */
export const WIRE_FORMATS: readonly FrameFormat[] = ["encoded", "rgb8", "rgba8", "gray8"];

type Bytes = Uint8Array<ArrayBuffer>;

/**
 * What both sides speak: the highest of `known` among those that are offered, whatever their order there,
 * or undefined when there is none (RFC 6455, section 4.2.2). Names are case-sensitive.
 *
 * @param offered the value of Sec-WebSocket-Protocol.
 */
export function chooseSubprotocol(
  offered: string | null,
  known: readonly string[] = SUBPROTOCOLS,
): string | undefined {
  const names = new Set(offered?.split(",").map((name) => name.trim()));
  return known.find((name) => names.has(name));
}

/** A message whose bytes do not follow the sub-protocol. */
export class ProtocolError extends Error {
  override readonly name = "ProtocolError";
}

export interface FrameMessage {
  /** The client's number of the frame, 0 to 2³² − 1; its reply carries it again. */
  readonly sequence: number;
  /** When the frame was taken, on the client's clock, in milliseconds; its reply carries it again. */
  readonly capturedMs: number;
  readonly format: FrameFormat;
  /** Pixels; 0 for "encoded". */
  readonly width: number;
  readonly height: number;
  readonly bytes: Bytes;
}

export function encodeFrame(message: FrameMessage): Bytes {
  const out = new Uint8Array(HEADER_BYTES + message.bytes.byteLength);
  const header = new DataView(out.buffer);
  header.setUint8(0, VERSION);
  header.setUint8(1, KIND.frame);
  header.setUint8(2, WIRE_FORMATS.indexOf(message.format));
  header.setUint32(4, message.sequence, true);
  header.setUint32(8, message.width, true);
  header.setUint32(12, message.height, true);
  header.setFloat64(16, message.capturedMs, true);
  out.set(message.bytes, HEADER_BYTES);
  return out;
}

/** The frame's bytes are a view into `message`, not a copy. @throws {ProtocolError} */
export function decodeFrame(message: Bytes): FrameMessage {
  const header = readHeader("frame", message);
  const format = WIRE_FORMATS[header.getUint8(2)];
  if (format === undefined) {
    throw new ProtocolError(
      `Cannot read frame message: format is ${header.getUint8(2)}, known are 0 to 3`,
    );
  }
  if (header.getUint8(3) !== 0) {
    throw new ProtocolError(
      `Cannot read frame message: flags are ${header.getUint8(3)}, must be 0`,
    );
  }
  const width = header.getUint32(8, true);
  const height = header.getUint32(12, true);
  if (format === "encoded" && (width !== 0 || height !== 0)) {
    throw new ProtocolError(
      `Cannot read frame message: an encoded frame says ${width}×${height}, its width and height must be 0`,
    );
  }
  const capturedMs = header.getFloat64(16, true);
  if (!Number.isFinite(capturedMs)) {
    throw new ProtocolError(
      `Cannot read frame message: capturedMs is ${capturedMs}, must be finite`,
    );
  }
  const sequence = header.getUint32(4, true);
  return { sequence, capturedMs, format, width, height, bytes: message.subarray(HEADER_BYTES) };
}

/** Checks the two bytes that every binary message starts with, and that the header is whole. */
export function readHeader(kind: keyof typeof KIND, message: Bytes): DataView {
  if (message.length < HEADER_BYTES) {
    throw new ProtocolError(
      `Cannot read ${kind} message: it has ${message.length} bytes, the header alone is ${HEADER_BYTES}`,
    );
  }
  const header = new DataView(message.buffer, message.byteOffset, HEADER_BYTES);
  if (header.getUint8(0) !== VERSION) {
    throw new ProtocolError(
      `Cannot read ${kind} message: version is ${header.getUint8(0)}, must be ${VERSION}`,
    );
  }
  if (header.getUint8(1) !== KIND[kind]) {
    throw new ProtocolError(
      `Cannot read ${kind} message: kind is ${header.getUint8(1)}, must be ${KIND[kind]}`,
    );
  }
  return header;
}

export function readJson(kind: string, bytes: Bytes): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    if (typeof value === "object" && value !== null) return value as Record<string, unknown>;
  } catch { /* said below */ }
  throw new ProtocolError(
    `Cannot read ${kind} message: its JSON part is not a JSON object in UTF-8`,
  );
}
