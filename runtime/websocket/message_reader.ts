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
  /**
   * Takes bytes from the client, from `at` to the end of a frame at most: there may be thousands in a chunk.
   *
   * @returns where it stopped, and the code to close with when the bytes are not in order.
   */
  read(
    chunk: Uint8Array,
    at?: number,
  ): { readonly next: number; readonly code?: number | undefined };
}

/** A message gets so much memory before its bytes are there; then it grows as they come. */
const FIRST_BYTES = 2 ** 20;
/** Buffers that wait for messages: one for what comes, one for when another is given back late. */
const SPARES = 2;
const MAX_SPARE_BYTES = 4 * 2 ** 20;
/** Before a payload in its buffer: room for a head, so that both are read at once. */
const LEAD_BYTES = 16;
/** That a head of 14 bytes, of a frame of 64 KiB or more, ends at a word. */
const HEAD_AT = 2;
/** Less is no room for a read: it goes with what comes after it. */
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
  let start = 0; // of the message in its buffer
  let filled = 0; // its end
  const spares: ArrayBuffer[] = [];
  /** The spare that the next frame is read into, head and all. */
  let ahead: ArrayBuffer | undefined;

  const isControl = () => frame!.opcode >= OPCODES.close;

  /** @param payload what there is of it. */
  function begin(head: FrameHead, payload: Uint8Array): void {
    frame = head;
    left = head.length;
    if (isControl()) {
      control = new Uint8Array(left);
      return;
    }
    whole = head.fin && head.opcode !== OPCODES.more;
    if (head.opcode === OPCODES.more) return;
    opcode = head.opcode;
    const place = takeAhead(payload, head);
    const first = LEAD_BYTES + Math.min(left, FIRST_BYTES);
    buffer = new Uint8Array(place ?? takeSpare(left) ?? new ArrayBuffer(first));
    start = filled = place ? payload.byteOffset : LEAD_BYTES;
  }

  function suits({ byteLength }: ArrayBuffer, bytes: number): boolean {
    return byteLength >= LEAD_BYTES + bytes && byteLength <= LEAD_BYTES + 2 * bytes;
  }

  /** The buffer that the payload's beginning stands in, unless more came with it or it is of no use for this size. */
  function takeAhead(payload: Uint8Array, { fin, length }: FrameHead): ArrayBuffer | undefined {
    const isThere = payload.buffer === ahead && payload.byteOffset <= LEAD_BYTES;
    if (!isThere || !fin || payload.length > length) return undefined;
    const taken = ahead!;
    ahead = undefined;
    return suits(taken, length) ? taken : undefined;
  }

  /** One that fits; the others are of no use for messages of this size. */
  function takeSpare(bytes: number): ArrayBuffer | undefined {
    while (spares.length > 0) {
      const spare = spares.pop()!;
      if (suits(spare, bytes)) return spare;
      release(spare);
    }
    return undefined;
  }

  function keep(buffer: ArrayBuffer): void {
    const { byteLength } = buffer;
    const isUseful = byteLength >= MIN_ROOM_BYTES && byteLength <= MAX_SPARE_BYTES;
    if (isUseful && spares.length < SPARES) spares.push(buffer);
    else release(buffer);
  }

  /**
   * Makes room for what the frame still brings, or a part of it, and for fragments twice what there was: a move
   * for each of many small ones would take the square of their number.
   */
  function grow(): void {
    if (filled < buffer.length) return;
    const wanted = filled + (whole ? left : Math.max(left, filled));
    const most = Math.max(LEAD_BYTES + FIRST_BYTES, 2 * filled);
    const size = Math.min(wanted, most, LEAD_BYTES + options.maxMessageBytes);
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
      deliver(buffer.subarray(start, filled), whole ? key : 0);
      return undefined;
    }
    const text = decodeText(buffer.subarray(start, filled));
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
      if (!frame && heads.between) {
        ahead ??= spares.pop();
        return ahead && new Uint8Array(ahead, HEAD_AT);
      }
      if (!frame || isControl() || left < MIN_ROOM_BYTES) return undefined;
      grow();
      return buffer.subarray(filled, filled + left);
    },
    read(chunk, at = 0) {
      if (!frame) {
        const { next, head } = heads.read(chunk, at);
        at = next;
        if (!head) return { next };
        const code = rules(head);
        if (code !== undefined) return { next, code };
        begin(head, chunk.subarray(at));
      }
      while (left > 0 && at < chunk.length) at += fill(chunk, at);
      if (left > 0) return { next: at };
      const code = finish(frame!);
      frame = undefined;
      return { next: at, code };
    },
  };
}
