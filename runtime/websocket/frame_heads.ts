// Finds the heads of WebSocket frames in a stream of bytes (RFC 6455, section 5.2). Keeps no payload, and
// judges nothing.

export interface FrameHead {
  readonly fin: boolean;
  /** The three reserved bits, 0 to 7. */
  readonly reserved: number;
  readonly opcode: number;
  readonly masked: boolean;
  /** The mask's four bytes as a little-endian word; 0 without one. */
  readonly key: number;
  /** Bytes of the payload. */
  readonly length: number;
  /** Bytes that say so: 1, 2 or 8. */
  readonly lengthBytes: number;
}

export interface FrameHeads {
  /** Nothing of a head has come. */
  readonly between: boolean;
  /** Takes bytes of one head from `at` on. @returns where it stopped, and the head when it is complete. */
  read(chunk: Uint8Array, at: number): { readonly next: number; readonly head?: FrameHead };
}

const LONGEST_HEAD = 14;

export function createFrameHeads(): FrameHeads {
  const bytes = new Uint8Array(LONGEST_HEAD);
  const view = new DataView(bytes.buffer);
  let have = 0;

  function lengthBytes(): number {
    const short = bytes[1]! & 0x7f;
    return short === 126 ? 2 : short === 127 ? 8 : 1;
  }

  function size(): number {
    if (have < 2) return 2;
    const more = lengthBytes();
    return 2 + (more === 1 ? 0 : more) + (bytes[1]! & 0x80 ? 4 : 0);
  }

  return {
    get between() {
      return have === 0;
    },
    read(chunk, at) {
      while (have < size() && at < chunk.length) bytes[have++] = chunk[at++]!;
      if (have < size()) return { next: at };
      const said = lengthBytes();
      const masked = (bytes[1]! & 0x80) !== 0;
      const key = masked ? view.getUint32(have - 4, true) : 0;
      have = 0;
      const head = {
        ...{ fin: (bytes[0]! & 0x80) !== 0, reserved: (bytes[0]! >> 4) & 7 },
        ...{ opcode: bytes[0]! & 15, masked, key, lengthBytes: said },
        length: said === 1
          ? bytes[1]! & 0x7f
          : said === 2
          ? view.getUint16(2)
          : Number(view.getBigUint64(2)),
      };
      return { next: at, head };
    },
  };
}
