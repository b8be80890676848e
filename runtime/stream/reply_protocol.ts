// The bytes of a reply (PROTOCOL.md): header, JSON, mask bits, map bytes. Pure, and shared with browsers.

import type { PackedMask, Region, StageTimes, Verdict } from "../reply.ts";
import { type Counters, type Outcome, OUTCOMES } from "./accounting.ts";
import { HEADER_BYTES, KIND, ProtocolError, readHeader, readJson, VERSION } from "./protocol.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** The lane's stages and, around them, what the stream added. */
export interface StreamTimes extends StageTimes {
  /** From the frame's arrival until its turn. */
  readonly waitMs: number;
  /** From the frame's arrival until its reply. */
  readonly totalMs: number;
}

export interface ByteMap {
  readonly width: number;
  readonly height: number;
  /** round(255 × score), row-major. */
  readonly data: Bytes;
}

interface ReplyBase {
  readonly sequence: number;
  readonly capturedMs: number;
  readonly counters: Counters;
}

/** The answer about a frame that went through the lane. */
export interface DoneReply extends ReplyBase {
  readonly outcome: "done";
  readonly frame: { readonly width: number; readonly height: number };
  readonly verdict: Verdict;
  readonly score: number;
  readonly threshold: number;
  readonly minRegionScore: number;
  readonly regions: readonly Region[];
  readonly times: StreamTimes;
  /** Present when wanted. */
  readonly mask?: PackedMask;
  /** Present when wanted. */
  readonly map?: ByteMap;
}

/** The answer about a frame that has no segmentation, and why. */
export interface MissedReply extends ReplyBase {
  readonly outcome: Exclude<Outcome, "done">;
  readonly error: { readonly code: string; readonly message: string };
}

export type StreamReply = DoneReply | MissedReply;

export function encodeReply(reply: StreamReply): Bytes {
  const json = new TextEncoder().encode(JSON.stringify(bodyOf(reply)));
  const mask = reply.outcome === "done" ? reply.mask?.bits : undefined;
  const map = reply.outcome === "done" ? reply.map?.data : undefined;
  const maskBytes = mask?.byteLength ?? 0;
  const out = new Uint8Array(HEADER_BYTES + json.length + maskBytes + (map?.byteLength ?? 0));
  const header = new DataView(out.buffer);
  header.setUint8(0, VERSION);
  header.setUint8(1, KIND.reply);
  header.setUint8(2, OUTCOMES.indexOf(reply.outcome));
  header.setUint32(4, reply.sequence, true);
  header.setUint32(8, json.length, true);
  header.setUint32(12, maskBytes, true);
  header.setFloat64(16, reply.capturedMs, true);
  out.set(json, HEADER_BYTES);
  if (mask) out.set(mask, HEADER_BYTES + json.length);
  if (map) out.set(map, HEADER_BYTES + json.length + maskBytes);
  return out;
}

/** What goes as JSON: all but what the header carries and the pixels, of which it says the size. */
function bodyOf(reply: StreamReply): Record<string, unknown> {
  if (reply.outcome !== "done") return { error: reply.error, counters: reply.counters };
  const { frame, verdict, score, threshold, minRegionScore, regions, times, counters } = reply;
  const { mask, map } = reply;
  const pixels = mask ?? map;
  const size = pixels && { width: pixels.width, height: pixels.height };
  return {
    ...{ frame, verdict, score, threshold, minRegionScore, regions },
    ...{ times, counters, size },
  };
}

/** Mask and map are views into `message`, not copies. @throws {ProtocolError} */
export function decodeReply(message: Bytes): StreamReply {
  const header = readHeader("reply", message);
  const outcome = OUTCOMES[header.getUint8(2)];
  if (outcome === undefined) {
    throw new ProtocolError(
      `Cannot read reply message: outcome is ${header.getUint8(2)}, known are 0 to 4`,
    );
  }
  const jsonEnd = HEADER_BYTES + header.getUint32(8, true);
  const maskEnd = jsonEnd + header.getUint32(12, true);
  if (maskEnd > message.length) {
    throw new ProtocolError(
      `Cannot read reply message: it has ${message.length} bytes, its header says at least ${maskEnd}`,
    );
  }
  const { size, ...body } = readJson("reply", message.subarray(HEADER_BYTES, jsonEnd));
  const base = { sequence: header.getUint32(4, true), capturedMs: header.getFloat64(16, true) };
  const pixels = readPixels(
    "reply",
    size,
    message.subarray(jsonEnd, maskEnd),
    message.subarray(maskEnd),
  );
  return { ...base, outcome, ...body, ...pixels } as unknown as StreamReply;
}

/** Mask bits and map bytes against the size that the JSON part says; an empty part is absent. */
export function readPixels(
  kind: string,
  size: unknown,
  bits: Bytes,
  data: Bytes,
): { mask?: PackedMask; map?: ByteMap } {
  if (bits.length === 0 && data.length === 0) return {};
  const { width, height } = (size ?? {}) as { width?: number; height?: number };
  const maskBytes = Math.ceil((width ?? NaN) / 8) * (height ?? NaN);
  const mapBytes = (width ?? NaN) * (height ?? NaN);
  if (
    (bits.length > 0 && bits.length !== maskBytes) || (data.length > 0 && data.length !== mapBytes)
  ) {
    throw new ProtocolError(
      `Cannot read ${kind} message: ${bits.length} mask and ${data.length} map bytes do not fit ${width}×${height}`,
    );
  }
  const pixels = { width: width!, height: height! };
  return {
    ...(bits.length > 0 ? { mask: { ...pixels, bits } } : {}),
    ...(data.length > 0 ? { map: { ...pixels, data } } : {}),
  };
}
