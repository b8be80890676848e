// Finds the heads of WebSocket frames in a stream of bytes (RFC 6455, section 5.2). Keeps no payload, and
// judges nothing.

export interface FrameHead {
  readonly fin: boolean;
  /** The three reserved bits, 0 to 7. */
  readonly reserved: number;
  readonly opcode: number;
  readonly masked: boolean;
  /** Bytes of the payload. */
  readonly length: number;
}

export interface FrameHeads {
  /** Nothing of a frame is outstanding. */
  readonly between: boolean;
  /** The heads that are complete with these bytes. */
  read(chunk: Uint8Array): Generator<FrameHead, void>;
}

const LONGEST_HEAD = 14;

export function createFrameHeads(): FrameHeads {
  const head = new Uint8Array(LONGEST_HEAD);
  const view = new DataView(head.buffer);
  let have = 0;
  let payloadLeft = 0;

  function size(): number {
    if (have < 2) return 2;
    const short = head[1]! & 0x7f;
    return 2 + (short === 126 ? 2 : short === 127 ? 8 : 0) + (head[1]! & 0x80 ? 4 : 0);
  }

  return {
    get between() {
      return have === 0 && payloadLeft === 0;
    },
    *read(chunk) {
      for (let at = 0; at < chunk.length;) {
        if (payloadLeft > 0) {
          const skipped = Math.min(payloadLeft, chunk.length - at);
          payloadLeft -= skipped;
          at += skipped;
          continue;
        }
        head[have++] = chunk[at++]!;
        if (have < size()) continue;
        const short = head[1]! & 0x7f;
        const length = short < 126
          ? short
          : short === 126
          ? view.getUint16(2)
          : Number(view.getBigUint64(2));
        have = 0;
        payloadLeft = length;
        yield {
          ...{ fin: (head[0]! & 0x80) !== 0, reserved: (head[0]! >> 4) & 7 },
          ...{ opcode: head[0]! & 15, masked: (head[1]! & 0x80) !== 0, length },
        };
      }
    },
  };
}
