import { assertEquals, assertThrows } from "@std/assert";
import { FRAME_FORMATS } from "../../../runtime/frame.ts";
import {
  chooseSubprotocol,
  decodeFrame,
  encodeFrame,
  type FrameMessage,
  ProtocolError,
  WIRE_FORMATS,
} from "../../../runtime/stream/protocol.ts";

const FRAME: FrameMessage = {
  sequence: 4_000_000_000,
  capturedMs: 1234.5,
  format: "rgb8",
  width: 2,
  height: 1,
  bytes: Uint8Array.from([1, 2, 3, 4, 5, 6]),
};

Deno.test("encodeFrame() writes the documented bytes", () => {
  assertEquals(
    [...encodeFrame({ ...FRAME, sequence: 0x01020304, capturedMs: 1 })],
    [
      ...[1, 1, 1, 0, 4, 3, 2, 1, 2, 0, 0, 0, 1, 0, 0, 0],
      ...[0, 0, 0, 0, 0, 0, 0xf0, 0x3f], // 1 as float64, little endian
      ...[1, 2, 3, 4, 5, 6],
    ],
  );
});

Deno.test("decodeFrame() gives back what encodeFrame() took, in every format", () => {
  for (const format of WIRE_FORMATS) {
    const size = format === "encoded" ? { width: 0, height: 0 } : {};
    const frame = { ...FRAME, format, ...size };
    assertEquals(decodeFrame(encodeFrame(frame)), frame);
  }
});

Deno.test("WIRE_FORMATS holds every frame format", () => {
  assertEquals([...WIRE_FORMATS].sort(), [...FRAME_FORMATS].sort());
});

Deno.test("decodeFrame() takes no copy of the frame's bytes", () => {
  const message = encodeFrame(FRAME);
  assertEquals(decodeFrame(message).bytes.buffer, message.buffer);
});

const BROKEN: [string, string, (bytes: Uint8Array, header: DataView) => Uint8Array | void][] = [
  ["an empty message", "has 0 bytes, the header alone is 24", () => new Uint8Array()],
  ["a short header", "has 23 bytes, the header alone is 24", (bytes) => bytes.slice(0, 23)],
  ["another version", "version is 2, must be 1", (_, header) => header.setUint8(0, 2)],
  ["another kind", "kind is 2, must be 1", (_, header) => header.setUint8(1, 2)],
  ["an unknown format", "format is 4, known are 0 to 3", (_, header) => header.setUint8(2, 4)],
  ["flags", "flags are 1, must be 0", (_, header) => header.setUint8(3, 1)],
  [
    "an encoded frame with a size",
    "an encoded frame says 2×1, its width and height must be 0",
    (_, header) => header.setUint8(2, 0),
  ],
  [
    "a time that is no number",
    "capturedMs is NaN",
    (_, header) => header.setFloat64(16, NaN, true),
  ],
];

for (const [name, message, breakIt] of BROKEN) {
  Deno.test(`decodeFrame() refuses ${name}`, () => {
    const bytes = encodeFrame(FRAME);
    const broken = breakIt(bytes, new DataView(bytes.buffer)) ?? bytes;
    assertThrows(() => decodeFrame(broken as Uint8Array<ArrayBuffer>), ProtocolError, message);
  });
}

Deno.test("chooseSubprotocol() takes the highest that both know, in any order of the offer", () => {
  const known = ["lineside.v3", "lineside.v2", "lineside.v1"];
  const cases: [string | null, string | undefined][] = [
    ["lineside.v1", "lineside.v1"],
    ["lineside.v1, lineside.v2", "lineside.v2"],
    ["lineside.v2,lineside.v1,lineside.v9", "lineside.v2"],
    ["chat ,\tlineside.v1", "lineside.v1"],
    ["lineside.bearer.lsd_abc, lineside.v1", "lineside.v1"],
    ["lineside.bearer.lsd_abc", undefined],
    ["LINESIDE.V1", undefined],
    ["lineside.v9", undefined],
    ["", undefined],
    [null, undefined],
  ];
  for (const [offered, chosen] of cases) assertEquals(chooseSubprotocol(offered, known), chosen);
  assertEquals(chooseSubprotocol("lineside.v2, lineside.v1"), "lineside.v1");
});
