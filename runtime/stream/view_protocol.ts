// The bytes of a view: what a viewer of /v1/watch/{stream} gets for an answered frame, the picture
// included (PROTOCOL.md). Pure, and shared with browsers.

import type { FrameFormat } from "../frame.ts";
import {
  HEADER_BYTES,
  KIND,
  ProtocolError,
  readHeader,
  readJson,
  VERSION,
  WIRE_FORMATS,
} from "./protocol.ts";
import { readPixels, type StreamReply } from "./reply_protocol.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** A picture for people: the frame as it came, or a smaller copy of it. */
export interface ViewPicture {
  readonly format: FrameFormat;
  /** Pixels of this picture; 0 for "encoded". */
  readonly width: number;
  readonly height: number;
  readonly bytes: Bytes;
}

export interface View {
  readonly reply: StreamReply;
  /** Server time of the reply in milliseconds: differences between views give the frame rate. */
  readonly answeredMs: number;
  /** Absent when the frame was missed, or too large to show. */
  readonly picture?: ViewPicture;
}

export function encodeView(view: View): Bytes {
  const { reply, answeredMs, picture } = view;
  const mask = reply.outcome === "done" ? reply.mask : undefined;
  const map = reply.outcome === "done" ? reply.map : undefined;
  const pixels = mask ?? map;
  const json = new TextEncoder().encode(JSON.stringify({
    ...reply,
    mask: undefined,
    map: undefined,
    answeredMs,
    size: pixels && { width: pixels.width, height: pixels.height },
    picture: picture && { width: picture.width, height: picture.height },
  }));
  const parts = [json, mask?.bits, map?.data, picture?.bytes];
  const out = new Uint8Array(parts.reduce((sum, part) => sum + (part?.length ?? 0), HEADER_BYTES));
  const header = new DataView(out.buffer);
  header.setUint8(0, VERSION);
  header.setUint8(1, KIND.view);
  header.setUint8(2, picture ? WIRE_FORMATS.indexOf(picture.format) : 0);
  header.setUint32(4, reply.sequence, true);
  let offset = HEADER_BYTES;
  for (const [index, part] of parts.entries()) {
    header.setUint32(8 + 4 * index, part?.length ?? 0, true);
    if (part) out.set(part, offset);
    offset += part?.length ?? 0;
  }
  return out;
}

/** @throws {ProtocolError} */
export function decodeView(message: Bytes): View {
  const header = readHeader("view", message);
  let offset = HEADER_BYTES;
  const [json, bits, data, bytes] = [8, 12, 16, 20].map((at) => {
    const part = message.subarray(offset, offset + header.getUint32(at, true));
    offset += header.getUint32(at, true);
    return part;
  }) as [Bytes, Bytes, Bytes, Bytes];
  if (offset !== message.length) {
    throw new ProtocolError(
      `Cannot read view message: it has ${message.length} bytes, its header says ${offset}`,
    );
  }
  const format = WIRE_FORMATS[header.getUint8(2)];
  if (format === undefined) {
    throw new ProtocolError(
      `Cannot read view message: format is ${header.getUint8(2)}, known are 0 to 3`,
    );
  }
  const { size, answeredMs, picture, ...body } = readJson("view", json);
  const reply = { ...body, ...readPixels("view", size, bits, data) } as unknown as StreamReply;
  const shown = picture as { width: number; height: number } | undefined;
  return {
    reply,
    answeredMs: Number(answeredMs),
    ...(shown && bytes.length > 0 ? { picture: { format, ...shown, bytes } } : {}),
  };
}
