import { assertEquals, assertThrows } from "@std/assert";
import { OUTCOMES } from "../../../runtime/stream/accounting.ts";
import { ProtocolError } from "../../../runtime/stream/protocol.ts";
import {
  decodeReply,
  type DoneReply,
  encodeReply,
  type StreamReply,
} from "../../../runtime/stream/reply_protocol.ts";
import { FAKE_MASK, fakeSegmentation } from "../../helpers/fake_lane.ts";

const COUNTERS = {
  received: 3,
  done: 1,
  dropped: 1,
  expired: 0,
  refused: 0,
  failed: 0,
  inFlight: 1,
};
const { frame, verdict, score, threshold, minRegionScore, regions, times } = fakeSegmentation();
const BASE = { sequence: 7, capturedMs: 0.25, counters: COUNTERS };
const DONE: DoneReply = {
  ...BASE,
  outcome: "done",
  ...{ frame, verdict, score, threshold, minRegionScore, regions },
  times: { ...times, waitMs: 0.5, totalMs: 15.5 },
};
const MAP = { width: 16, height: 8, data: new Uint8Array(128).fill(9) };

Deno.test("decodeReply() gives back what encodeReply() took", () => {
  const replies: StreamReply[] = [
    DONE,
    { ...DONE, mask: FAKE_MASK },
    { ...DONE, map: MAP },
    { ...DONE, mask: FAKE_MASK, map: MAP },
    ...OUTCOMES.filter((outcome) => outcome !== "done").map((outcome): StreamReply => ({
      ...BASE,
      outcome,
      error: { code: "replaced", message: "größer" },
    })),
  ];
  for (const reply of replies) assertEquals(decodeReply(encodeReply(reply)), reply);
});

Deno.test("encodeReply() writes the documented header", () => {
  const bytes = encodeReply({ ...DONE, mask: FAKE_MASK, map: MAP });
  const header = new DataView(bytes.buffer);
  const jsonBytes = header.getUint32(8, true);
  assertEquals([...bytes.subarray(0, 8)], [1, 2, 0, 0, 7, 0, 0, 0]);
  assertEquals(header.getUint32(12, true), 16);
  assertEquals(header.getFloat64(16, true), 0.25);
  assertEquals(bytes.length, 24 + jsonBytes + 16 + 128);
  assertEquals(JSON.parse(new TextDecoder().decode(bytes.subarray(24, 24 + jsonBytes))).size, {
    width: 16,
    height: 8,
  });
});

const BROKEN: [string, string, (bytes: Uint8Array, header: DataView) => Uint8Array | void][] = [
  ["a short header", "has 10 bytes", (bytes) => bytes.slice(0, 10)],
  ["another version", "version is 0", (_, header) => header.setUint8(0, 0)],
  ["a frame", "kind is 1, must be 2", (_, header) => header.setUint8(1, 1)],
  ["an unknown outcome", "outcome is 5", (_, header) => header.setUint8(2, 5)],
  ["lengths above the message", "its header says at least", (_, h) => h.setUint32(12, 1e6, true)],
  ["text that is not JSON", "not a JSON object", (bytes) => void (bytes[24] = 0)],
  ["a mask of another size", "do not fit 16×8", (_, header) => header.setUint32(12, 15, true)],
  ["a cut map", "16 mask and 127 map bytes do not fit 16×8", (bytes) => bytes.slice(0, -1)],
];

for (const [name, message, breakIt] of BROKEN) {
  Deno.test(`decodeReply() refuses ${name}`, () => {
    const bytes = encodeReply({ ...DONE, mask: FAKE_MASK, map: MAP });
    const broken = breakIt(bytes, new DataView(bytes.buffer)) ?? bytes;
    assertThrows(() => decodeReply(broken as Uint8Array<ArrayBuffer>), ProtocolError, message);
  });
}

Deno.test("decodeReply() refuses a cut mask without a map", () => {
  const bytes = encodeReply({ ...DONE, mask: FAKE_MASK }).slice(0, -1);
  new DataView(bytes.buffer).setUint32(12, 15, true);
  assertThrows(() => decodeReply(bytes), ProtocolError, "15 mask and 0 map bytes do not fit 16×8");
});
