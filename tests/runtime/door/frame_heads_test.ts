import { assertEquals } from "@std/assert";
import { createFrameHeads } from "../../../runtime/door/frame_heads.ts";
import { rawFrame } from "../../helpers/raw_socket.ts";

const SENT = [
  { opcode: 1, payload: "hello" },
  { opcode: 2, payload: new Uint8Array(126), fin: false, reserved: 5 },
  { opcode: 0, payload: new Uint8Array(65536), masked: false },
  { opcode: 9 },
];
const BYTES = new Uint8Array(SENT.flatMap((frame) => [...rawFrame(frame)]));
const HEADS = [
  { fin: true, reserved: 0, opcode: 1, masked: true, length: 5 },
  { fin: false, reserved: 5, opcode: 2, masked: true, length: 126 },
  { fin: true, reserved: 0, opcode: 0, masked: false, length: 65536 },
  { fin: true, reserved: 0, opcode: 9, masked: true, length: 0 },
];

Deno.test("createFrameHeads() finds every head, however the bytes are cut", () => {
  for (const size of [1, 3, 7, 1000, BYTES.length]) {
    const heads = createFrameHeads();
    const found = [];
    for (let at = 0; at < BYTES.length; at += size) {
      found.push(...heads.read(BYTES.subarray(at, at + size)));
    }
    assertEquals(found, HEADS);
    assertEquals(heads.between, true);
  }
});

Deno.test("createFrameHeads() says whether a frame is outstanding", () => {
  const heads = createFrameHeads();
  const bytes = rawFrame({ opcode: 1, payload: "ab" });
  const states = [...bytes].map((byte) => {
    [...heads.read(new Uint8Array([byte]))];
    return heads.between;
  });
  assertEquals(states, [...Array(bytes.length - 1).fill(false), true]);
});
