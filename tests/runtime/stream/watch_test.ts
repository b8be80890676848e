import { assertEquals } from "@std/assert";
import { CLOSE_CODES } from "../../../runtime/stream/close_codes.ts";
import { decodeView, type View } from "../../../runtime/stream/view_protocol.ts";
import { acceptViewer } from "../../../runtime/stream/watch.ts";
import { fakeSocket } from "../../helpers/fake_socket.ts";
import { streamBench } from "../../helpers/stream_bench.ts";

const COUNTERS = {
  received: 1,
  done: 0,
  dropped: 0,
  expired: 0,
  refused: 0,
  failed: 1,
  inFlight: 0,
};
const VIEW: View = {
  answeredMs: 1,
  reply: {
    ...{ outcome: "failed", sequence: 1, capturedMs: 0, counters: COUNTERS },
    error: { code: "corrupt", message: "broken" },
  },
};

Deno.test("acceptViewer() sends a view for each next", () => {
  const { deps } = streamBench();
  const socket = fakeSocket();
  acceptViewer(socket, "a", deps);
  socket.receive(`{"type":"next"}`);
  deps.views.publish("a", VIEW);
  deps.views.publish("a", VIEW);
  assertEquals(socket.sent.map((data) => decodeView(data as Uint8Array<ArrayBuffer>)), [VIEW]);
});

Deno.test("acceptViewer() closes a viewer that asks and does not read", () => {
  const { deps } = streamBench({ maxBufferedBytes: 1000 });
  const socket = fakeSocket();
  acceptViewer(socket, "a", deps);
  for (const bufferedBytes of [1000, 1001]) {
    socket.bufferedBytes = bufferedBytes;
    socket.receive(`{"type":"next"}`);
    deps.views.publish("a", VIEW);
  }
  assertEquals(socket.sent.length, 1);
  assertEquals(socket.closes.map(({ code }) => code), [CLOSE_CODES.stalledReader]);
  assertEquals(deps.views.viewers, 0);
});

Deno.test("acceptViewer() closes a viewer that says anything else, and leaves", () => {
  const { deps } = streamBench();
  const socket = fakeSocket();
  acceptViewer(socket, "a", deps);
  socket.receive("hello");
  assertEquals(socket.closes.map(({ code }) => code), [CLOSE_CODES.protocolViolation]);
  assertEquals(deps.views.viewers, 0);
});

Deno.test("acceptViewer() refuses too many viewers", () => {
  const { deps } = streamBench({ maxViewers: 1 });
  const [first, second] = [fakeSocket(), fakeSocket()];
  for (const socket of [first, second]) acceptViewer(socket, "a", deps);
  assertEquals(
    [first, second].map(({ closes }) => closes[0]?.code),
    [undefined, CLOSE_CODES.tooManyStreams],
  );
});

Deno.test("acceptViewer() stops with 1001", async () => {
  const { deps } = streamBench();
  const socket = fakeSocket();
  await acceptViewer(socket, "a", deps).stop();
  assertEquals(socket.closes.map(({ code }) => code), [CLOSE_CODES.goingAway]);
});

Deno.test("acceptViewer() ends when it is told to", () => {
  const { deps } = streamBench();
  const socket = fakeSocket();
  acceptViewer(socket, "a", deps).end("tokenRevoked", "revoked");
  assertEquals(socket.closes, [{ code: CLOSE_CODES.tokenRevoked, reason: "revoked" }]);
  assertEquals(deps.views.viewers, 0);
});
