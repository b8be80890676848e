// What a client's WebSocket frames must keep to, by their heads alone: Deno takes frames without a mask, and
// collects fragments without a limit. Knows no socket.

import type { FrameHead } from "./frame_heads.ts";

const CONTINUATION = 0;
export const CLOSE = 8;
const OPCODES: readonly number[] = [CONTINUATION, 1, 2, CLOSE, 9, 10];
const MAX_CONTROL_BYTES = 125;

/** Close codes of RFC 6455, section 7.4.1. */
const PROTOCOL_ERROR = 1002;
const TOO_BIG = 1009;

/** @returns for each head in turn: undefined when it is in order, else the code to close with. */
export function createFrameRules(maxMessageBytes: number): (head: FrameHead) => number | undefined {
  /** Bytes so far of the message whose end has not come. */
  let open: number | undefined;
  return ({ fin, reserved, opcode, masked, length }) => {
    if (!masked || reserved !== 0 || !OPCODES.includes(opcode)) return PROTOCOL_ERROR; // sections 5.1, 5.2
    if (opcode >= CLOSE) return fin && length <= MAX_CONTROL_BYTES ? undefined : PROTOCOL_ERROR; // 5.5
    if ((opcode === CONTINUATION) !== (open !== undefined)) return PROTOCOL_ERROR; // 5.4
    const bytes = (open ?? 0) + length;
    if (bytes > maxMessageBytes) return TOO_BIG;
    open = fin ? undefined : bytes;
    return undefined;
  };
}
