// What a client's WebSocket frames must keep to, by their heads alone. Knows no socket.

import type { FrameHead } from "./frame_heads.ts";
import { OPCODES, PROTOCOL_ERROR, TOO_BIG } from "./protocol.ts";

const KNOWN: readonly number[] = Object.values(OPCODES);
const MAX_CONTROL_BYTES = 125;

/** The fewest bytes that can say a length, and the first bit of eight is 0 (section 5.2). */
function isMinimal({ length, lengthBytes }: FrameHead): boolean {
  return lengthBytes === (length < 126 ? 1 : length < 2 ** 16 ? 2 : 8) && length < 2 ** 63;
}

/** @returns for each head in turn: undefined when it is in order, else the code to close with. */
export function createFrameRules(maxMessageBytes: number): (head: FrameHead) => number | undefined {
  /** Bytes so far of the message whose end has not come. */
  let open: number | undefined;
  return (head) => {
    const { fin, reserved, opcode, masked, length } = head;
    if (!masked || reserved !== 0 || !KNOWN.includes(opcode)) return PROTOCOL_ERROR; // sections 5.1, 5.2
    if (!isMinimal(head)) return PROTOCOL_ERROR;
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
