import { assertEquals } from "@std/assert";
import { createFrameHeads } from "../../../runtime/websocket/frame_heads.ts";
import { rawFrame } from "../../helpers/raw_socket.ts";

const SENT = [
  { opcode: 1, payload: "hello" },
  { opcode: 2, payload: new Uint8Array(126), fin: false, reserved: 5 },
  { opcode: 0, payload: new Uint8Array(65536), masked: false },
  { opcode: 9 },
];
const BYTES = new Uint8Array(SENT.flatMap((frame) => [...rawFrame(frame)]));
const KEY = 0x04030201;
const HEADS = [
  { fin: true, reserved: 0, opcode: 1, masked: true, key: KEY, length: 5, lengthBytes: 1 },
  { fin: false, reserved: 5, opcode: 2, masked: true, key: KEY, length: 126, lengthBytes: 2 },
  { fin: true, reserved: 0, opcode: 0, masked: false, key: 0, length: 65536, lengthBytes: 8 },
  { fin: true, reserved: 0, opcode: 9, masked: true, key: KEY, length: 0, lengthBytes: 1 },
];

Deno.test("createFrameHeads() finds every head, however the bytes are cut", () => {
  for (const size of [1, 3, 7, BYTES.length]) {
    const heads = createFrameHeads();
    const found = [];
    for (let at = 0; at < BYTES.length;) {
      const end = Math.min(at + size, BYTES.length);
      const { next, head } = heads.read(BYTES.subarray(0, end), at);
      assertEquals(head !== undefined || next === end, true);
      assertEquals(heads.between, head !== undefined);
      at = next + (head?.length ?? 0);
      if (head) found.push(head);
    }
    assertEquals(found, HEADS);
  }
});
