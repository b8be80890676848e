import { assertEquals, assertThrows } from "@std/assert";
import { ProtocolError } from "../../../runtime/stream/protocol.ts";
import { decodeView, encodeView, type View } from "../../../runtime/stream/view_protocol.ts";
import { FAKE_MASK, fakeSegmentation } from "../../helpers/fake_lane.ts";

const COUNTERS = {
  received: 1,
  done: 1,
  dropped: 0,
  expired: 0,
  refused: 0,
  failed: 0,
  inFlight: 0,
};
const { frame, verdict, score, threshold, minRegionScore, regions, times } = fakeSegmentation();
const VIEW: View = {
  answeredMs: 1000.5,
  reply: {
    ...{ outcome: "done", sequence: 9, capturedMs: 1, counters: COUNTERS },
    ...{ frame, verdict, score, threshold, minRegionScore, regions },
    times: { ...times, waitMs: 0, totalMs: 15 },
    mask: FAKE_MASK,
    map: { width: 16, height: 8, data: new Uint8Array(128).fill(3) },
  },
  picture: { format: "gray8", width: 3, height: 2, bytes: Uint8Array.from([1, 2, 3, 4, 5, 6]) },
};
const MISSED: View = {
  answeredMs: 1,
  reply: {
    ...{ outcome: "failed", sequence: 1, capturedMs: 0, counters: COUNTERS },
    error: { code: "truncated", message: "cut" },
  },
};

Deno.test("decodeView() gives back what encodeView() took", () => {
  const { picture: _, ...withoutPicture } = VIEW;
  const encoded = { format: "encoded", width: 0, height: 0, bytes: new Uint8Array(5) } as const;
  for (const view of [VIEW, MISSED, withoutPicture, { ...VIEW, picture: encoded }]) {
    assertEquals(decodeView(encodeView(view)), view);
  }
});

Deno.test("decodeView() refuses a message that is not as long as its header says", () => {
  const bytes = encodeView(VIEW);
  assertThrows(() => decodeView(bytes.slice(0, -1)), ProtocolError, "its header says");
  assertThrows(() => decodeView(bytes.slice(0, 12)), ProtocolError, "the header alone is 24");
});

Deno.test("decodeView() refuses an unknown picture format", () => {
  const bytes = encodeView(VIEW);
  bytes[2] = 9;
  assertThrows(() => decodeView(bytes), ProtocolError, "format is 9");
});
