// Messages as a WebSocket client sends them (RFC 6455, section 5.2), and frames that are masked once and sent
// often. Knows no socket.

import type { Frame } from "../../frame.ts";
import { encodeFrame, HEADER_BYTES } from "../../stream/protocol.ts";

export const OPCODES = { text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

type Bytes = Uint8Array<ArrayBuffer>;

/** The same for all, so that a frame is masked once; section 5.3 wants it unknown to what is in between: nothing is. */
const KEY = crypto.getRandomValues(new Uint8Array(4));
const KEY_WORD = new DataView(KEY.buffer).getUint32(0, true);

/** One message of one frame, masked. */
export function maskMessage(opcode: number, payload: Uint8Array): Bytes {
  const { length } = payload;
  const lengthBytes = length < 126 ? 0 : length < 2 ** 16 ? 2 : 8;
  const head = 2 + lengthBytes + KEY.length;
  const out = new Uint8Array(head + length);
  const view = new DataView(out.buffer);
  out[0] = 0x80 | opcode;
  out[1] = 0x80 | (lengthBytes === 0 ? length : lengthBytes === 2 ? 126 : 127);
  if (lengthBytes === 2) view.setUint16(2, length);
  if (lengthBytes === 8) view.setBigUint64(2, BigInt(length));
  out.set(KEY, head - KEY.length);
  for (let at = 0; at < length; at++) out[head + at] = payload[at]! ^ KEY[at & 3]!;
  return out;
}

export interface MaskedFrame {
  /**
   * Writes the frame with these in its header.
   *
   * @param write must not keep the bytes when it is through.
   */
  send(
    stamp: { readonly sequence: number; readonly capturedMs: number },
    write: (message: Bytes) => Promise<void>,
  ): Promise<void>;
}

export function maskFrame(frame: Frame): MaskedFrame {
  const bytes = frame.bytes as Bytes;
  const { width = 0, height = 0 } = frame.format === "encoded" ? {} : frame;
  const payload = encodeFrame({ ...frame, width, height, bytes, sequence: 0, capturedMs: 0 });
  const built = maskMessage(OPCODES.binary, payload);
  const header = built.length - bytes.length - HEADER_BYTES;
  const time = new DataView(new ArrayBuffer(8));
  let writing = 0;
  return {
    async send({ sequence, capturedMs }, write) {
      const message = writing === 0 ? built : built.slice(); // a stream that must wait still needs its own
      const view = new DataView(message.buffer, header);
      const set = (at: number, word: number) => view.setUint32(at, (word ^ KEY_WORD) >>> 0, true);
      time.setFloat64(0, capturedMs, true);
      set(4, sequence);
      set(16, time.getUint32(0, true));
      set(20, time.getUint32(4, true));
      writing++;
      try {
        await write(message);
      } finally {
        writing--;
      }
    },
  };
}
