// What a client's WebSocket frames must keep to, by their heads alone. Knows no socket.

import type { FrameHead } from "./frame_heads.ts";
import { OPCODES, PROTOCOL_ERROR, TOO_BIG } from "./protocol.ts";

const KNOWN: readonly number[] = Object.values(OPCODES);
const MAX_CONTROL_BYTES = 125;

/** @returns for each head in turn: undefined when it is in order, else the code to close with. */
export function createFrameRules(maxMessageBytes: number): (head: FrameHead) => number | undefined {
  /** Bytes so far of the message whose end has not come. */
  let open: number | undefined;
  return ({ fin, reserved, opcode, masked, length }) => {
    if (!masked || reserved !== 0 || !KNOWN.includes(opcode)) return PROTOCOL_ERROR; // sections 5.1, 5.2
    if (opcode >= OPCODES.close) {
      return fin && length <= MAX_CONTROL_BYTES ? undefined : PROTOCOL_ERROR; // 5.5
    }
    if ((opcode === OPCODES.more) !== (open !== undefined)) return PROTOCOL_ERROR; // 5.4
    const bytes = (open ?? 0) + length;
    if (bytes > maxMessageBytes) return TOO_BIG;
    open = fin ? undefined : bytes;
    return undefined;
  };
}
