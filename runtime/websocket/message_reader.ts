// Puts a client's WebSocket messages together from bytes, each into a buffer of its own that later messages
// use again. Knows no connection.

import { release } from "../release.ts";
import { createFrameHeads, type FrameHead } from "./frame_heads.ts";
import { createFrameRules } from "./frame_rules.ts";
import { unmask } from "./mask.ts";
import { decodeText, NO_UTF8, OPCODES } from "./protocol.ts";

/** A binary message. */
export interface Message {
  /** All of it. Beyond the reader's `plainBytes` it is masked until `unmask` is called. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Takes the mask off, once: most frames of a flood are never looked at. */
  unmask(): void;
  /** Nobody looks at the bytes any more: their buffer is for the next message. @param buffer where it has moved to. */
  giveBack(buffer?: ArrayBuffer): void;
}

export interface MessageReaderOptions {
  readonly maxMessageBytes: number;
  /** First bytes of a binary message that come without their mask; a multiple of 4. */
  readonly plainBytes: number;
  text(text: string): void;
  binary(message: Message): void;
  control(opcode: number, payload: Uint8Array): void;
}

export interface MessageReader {
  /** Where the next bytes from the client belong, as far as that is known; bytes read into it need no copy. */
  room(): Uint8Array<ArrayBuffer> | undefined;
  /** Takes bytes from the client. @returns the code to close with when they are not in order. */
  read(chunk: Uint8Array): number | undefined;
}

/** A message gets so much memory before its bytes are there; then it grows as they come. */
const FIRST_BYTES = 2 ** 20;
/** Buffers that wait for messages: one for what comes, one for when another is given back late. */
const SPARES = 2;
const MAX_SPARE_BYTES = 4 * 2 ** 20;
/** Less is read with what comes after it. */
const MIN_ROOM_BYTES = 4096;

export function createMessageReader(options: MessageReaderOptions): MessageReader {
  const heads = createFrameHeads();
  const rules = createFrameRules(options.maxMessageBytes);
  let frame: FrameHead | undefined;
  let left = 0; // of the frame's payload
  let control = new Uint8Array();
  let opcode = 0;
  let whole = true; // the message is this one frame
  let buffer = new Uint8Array();
  let filled = 0;
  const spares: ArrayBuffer[] = [];

  const isControl = () => frame!.opcode >= OPCODES.close;

  function begin(head: FrameHead): void {
    frame = head;
    left = head.length;
    if (isControl()) {
      control = new Uint8Array(left);
      return;
    }
    whole = head.fin && head.opcode !== OPCODES.more;
    if (head.opcode === OPCODES.more) return;
    opcode = head.opcode;
    filled = 0;
    buffer = new Uint8Array(takeSpare(left) ?? new ArrayBuffer(Math.min(left, FIRST_BYTES)));
  }

  /** One that fits; the others are of no use for messages of this size. */
  function takeSpare(bytes: number): ArrayBuffer | undefined {
    while (spares.length > 0) {
      const spare = spares.pop()!;
      if (spare.byteLength >= bytes && spare.byteLength <= 2 * bytes) return spare;
      release(spare);
    }
    return undefined;
  }

  function keep(buffer: ArrayBuffer): void {
    const fits = spares.length < SPARES && buffer.byteLength <= MAX_SPARE_BYTES;
    if (fits && !buffer.detached) spares.push(buffer);
    else release(buffer);
  }

  /** Makes room for what the frame still brings, or a part of it. */
  function grow(): void {
    if (filled < buffer.length) return;
    const size = Math.min(filled + left, Math.max(FIRST_BYTES, 2 * filled));
    buffer = new Uint8Array(buffer.buffer.transfer(size));
  }

  /** @returns how many bytes it took. */
  function fill(chunk: Uint8Array, at: number): number {
    if (isControl()) {
      const part = chunk.subarray(at, at + left);
      control.set(part, control.length - left);
      left -= part.length;
      return part.length;
    }
    grow();
    const taken = Math.min(left, chunk.length - at, buffer.length - filled);
    if (chunk.buffer !== buffer.buffer) buffer.set(chunk.subarray(at, at + taken), filled);
    filled += taken;
    left -= taken;
    return taken;
  }

  function finish({ fin, key, length }: FrameHead): number | undefined {
    if (isControl()) {
      unmask(control, key);
      options.control(frame!.opcode, control);
      return undefined;
    }
    const isText = opcode === OPCODES.text;
    if (!whole || isText) unmask(buffer.subarray(filled - length, filled), key);
    if (!fin) return undefined;
    if (!isText) {
      deliver(buffer.subarray(0, filled), whole ? key : 0);
      return undefined;
    }
    const text = decodeText(buffer.subarray(0, filled));
    if (text === undefined) return NO_UTF8;
    options.text(text);
    return undefined;
  }

  function deliver(bytes: Uint8Array<ArrayBuffer>, key: number): void {
    const { plainBytes } = options;
    unmask(bytes.subarray(0, plainBytes), key);
    options.binary({
      bytes,
      unmask() {
        unmask(bytes.subarray(plainBytes), key);
        key = 0;
      },
      giveBack: (buffer = bytes.buffer) => keep(buffer),
    });
  }

  return {
    room() {
      if (!frame || isControl() || left < MIN_ROOM_BYTES) return undefined;
      grow();
      return buffer.subarray(filled, filled + left);
    },
    read(chunk) {
      for (let at = 0; at < chunk.length;) {
        if (!frame) {
          const { next, head } = heads.read(chunk, at);
          at = next;
          if (!head) return undefined;
          const code = rules(head);
          if (code !== undefined) return code;
          begin(head);
        }
        while (left > 0 && at < chunk.length) at += fill(chunk, at);
        if (left > 0) return undefined;
        const code = finish(frame!);
        frame = undefined;
        if (code !== undefined) return code;
      }
      return undefined;
    },
  };
}
