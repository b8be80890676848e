// What the door knows of one connection by its bytes: HTTP first, WebSocket frames once a request was
// upgraded. Forwards nothing itself.

import { createFrameHeads } from "./frame_heads.ts";
import { CLOSE, createFrameRules } from "./frame_rules.ts";
import { createHeaderEnds } from "./header_ends.ts";

export interface Wire {
  /** A request's header has reached the HTTP server. */
  begin(request: { readonly hasBody: boolean }): void;
  /**
   * The request becomes a WebSocket. @returns false when the client did not wait for the answer, as it must
   * (RFC 6455, section 4.1), or has sent a body before: nobody knows then where its frames begin.
   */
  upgrade(): boolean;
  /** Bytes from the client. @returns the code to close with when they must not go on. */
  fromClient(chunk: Uint8Array): number | undefined;
  /** Bytes to the client. @returns whether the server has said its close. */
  toClient(chunk: Uint8Array): boolean;
  /** What says goodbye to the client, where a frame may stand now. */
  farewell(code: number): Uint8Array | undefined;
}

const ANSWER = new TextEncoder().encode("HTTP/1.1 101");
const HEADER_END = new TextEncoder().encode("\r\n\r\n");

export function createWire(maxMessageBytes: number): Wire {
  const headers = createHeaderEnds();
  const rules = createFrameRules(maxMessageBytes);
  const incoming = createFrameHeads();
  const outgoing = createFrameHeads();
  /** What is left to find before the server's frames begin. */
  const answer = [ANSWER, HEADER_END].map(createSearch);
  let begun = 0;
  let hadBody = false;
  let upgraded = false;

  return {
    begin({ hasBody }) {
      begun++;
      hadBody ||= hasBody;
    },
    upgrade() {
      upgraded = !hadBody && headers.count === begun && !headers.more;
      return upgraded;
    },
    fromClient(chunk) {
      if (!upgraded) {
        if (!hadBody) headers.read(chunk);
        return undefined;
      }
      for (const head of incoming.read(chunk)) {
        const code = rules(head);
        if (code !== undefined) return code;
      }
      return undefined;
    },
    toClient(chunk) {
      if (!upgraded) return false;
      let at = 0;
      while (answer.length > 0 && at < chunk.length) if (answer[0]!(chunk[at++]!)) answer.shift();
      let closing = false;
      for (const { opcode } of outgoing.read(chunk.subarray(at))) closing ||= opcode === CLOSE;
      return closing;
    },
    farewell: (code) =>
      answer.length === 0 && outgoing.between
        ? new Uint8Array([0x80 | CLOSE, 2, code >> 8, code & 255])
        : undefined,
  };
}

/** Takes bytes, one by one; true for the last of the pattern. */
function createSearch(pattern: Uint8Array): (byte: number) => boolean {
  const last: number[] = [];
  return (byte) => {
    last.push(byte);
    if (last.length > pattern.length) last.shift();
    return last.length === pattern.length && pattern.every((wanted, i) => last[i] === wanted);
  };
}
