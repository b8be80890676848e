import { assertEquals } from "@std/assert";
import type { Counters } from "../../../runtime/stream/accounting.ts";
import { CLOSE_CODES } from "../../../runtime/stream/close_codes.ts";
import { FAKE_CARD, fakeDeployment, fakeLane, settled } from "../../helpers/fake_lane.ts";
import { frameBytes, HELLO, streamBench } from "../../helpers/stream_bench.ts";

Deno.test("acceptStream() welcomes a good hello", () => {
  const { deps, clock, connect } = streamBench();
  const { socket } = connect({ ...HELLO, stream: "camera-1" });
  assertEquals(socket.texts(), [{
    ...{ type: "welcome", protocol: "lineside.v1", stream: "camera-1" },
    model: {
      ...{ name: "unet-small", version: "1.0.0", variant: "fp32", provider: "cpu" },
      ...{ input: { width: 16, height: 8 }, threshold: 0.5, minRegionScore: 0 },
    },
    ...{ policy: "latest", depth: 1, priority: "normal" },
    limits: { maxFrameBytes: 64, maxPixels: 100, maxBufferedBytes: deps.limits.maxBufferedBytes },
  }]);
  assertEquals([deps.streams.list().map(({ name }) => name), clock.pending], [["camera-1"], 0]);
});

const REFUSED: [string, Record<string, unknown>, string, string][] = [
  ["a wrong hello", { ...HELLO, model: 1 }, "badHello", "hello.model"],
  ["a model that is not there", { ...HELLO, model: "x" }, "noSuchModel", `no model "x"`],
  ["a version that is not there", { ...HELLO, version: "9.9.9" }, "noSuchModel", "9.9.9"],
  ["a hello of another protocol", { ...HELLO, protocol: "x" }, "wrongSubprotocol", "lineside.v1"],
];

for (const [name, hello, close, reason] of REFUSED) {
  Deno.test(`acceptStream() closes ${name} as ${close}`, () => {
    const { clock, deps, connect } = streamBench();
    const { socket } = connect(hello);
    assertEquals(socket.closes.map(({ code }) => code), [CLOSE_CODES[close as "badHello"]]);
    assertEquals(socket.closes[0]!.reason.includes(reason), true);
    assertEquals([deps.streams.size, clock.pending], [0, 0]);
  });
}

Deno.test("acceptStream() closes a client that says no hello in time", () => {
  const { clock, deps, connect } = streamBench();
  const { socket } = connect(null);
  clock.advance(deps.limits.helloMs - 1);
  assertEquals(socket.closes, []);
  clock.advance(1);
  assertEquals(socket.closes.map(({ code }) => code), [CLOSE_CODES.helloTimeout]);
});

Deno.test("acceptStream() closes while the model is not ready, or failed", () => {
  const { lane, connect } = streamBench();
  lane.alive = false;
  assertEquals(connect().socket.closes[0]!.code, CLOSE_CODES.notReady);
});

Deno.test("acceptStream() limits streams and gives a name only once", () => {
  const { connect } = streamBench({ maxStreams: 2 });
  connect({ ...HELLO, stream: "a" });
  assertEquals(connect({ ...HELLO, stream: "a" }).socket.closes[0]!.code, CLOSE_CODES.streamTaken);
  const { socket } = connect();
  assertEquals(connect().socket.closes[0]!.code, CLOSE_CODES.tooManyStreams);
  socket.drop();
  assertEquals(connect().socket.closes, []);
});

Deno.test("acceptStream() closes at a malformed header and at unknown text", () => {
  for (const wrong of [new Uint8Array(5), frameBytes(1).with(0, 9), "{}", "null", "x"]) {
    const { connect } = streamBench();
    const { socket } = connect();
    socket.receive(wrong as Uint8Array<ArrayBuffer>);
    assertEquals(socket.closes.map(({ code }) => code), [CLOSE_CODES.protocolViolation]);
  }
});

Deno.test("acceptStream() refuses a frame above the limit, then closes", () => {
  const { lane, connect } = streamBench();
  const { socket } = connect();
  socket.receive(frameBytes(1, { width: 65, bytes: new Uint8Array(65) }));
  assertEquals(socket.replies().map(({ outcome }) => outcome), ["refused"]);
  assertEquals(socket.closes.map(({ code }) => code), [CLOSE_CODES.frameTooLarge]);
  socket.receive(frameBytes(2));
  assertEquals([socket.replies().length, lane.frames.length], [1, 0]);
});

Deno.test("acceptStream() refuses frames of a client that does not read, and closes a stalled one", async () => {
  const { lane, clock, connect } = streamBench({ maxBufferedBytes: 1000, stalledMs: 50 });
  const { socket } = connect();
  socket.bufferedBytes = 1001;
  socket.receive(frameBytes(1));
  assertEquals(socket.replies().map(({ outcome }) => outcome), ["refused"]);
  socket.bufferedBytes = 0; // it reads again
  clock.advance(50);
  socket.receive(frameBytes(2));
  await lane.answer();
  assertEquals(socket.replies().map(({ outcome }) => outcome), ["refused", "done"]);
  socket.bufferedBytes = 1500;
  socket.receive(frameBytes(3));
  clock.advance(50);
  assertEquals(socket.closes.map(({ code }) => code), [CLOSE_CODES.stalledReader]);
});

Deno.test("acceptStream() closes at once at twice the limit of unread bytes", () => {
  const { connect } = streamBench({ maxBufferedBytes: 1000 });
  const { socket } = connect();
  socket.bufferedBytes = 2001;
  socket.receive(frameBytes(1));
  assertEquals(socket.closes.map(({ code }) => code), [CLOSE_CODES.stalledReader]);
});

Deno.test("acceptStream() answers a bye with what is in flight, the final counters and 1000", async () => {
  const { lane, connect } = streamBench();
  const { socket } = connect();
  socket.receive(frameBytes(1));
  socket.receive(frameBytes(2));
  socket.receive(`{"type":"bye"}`);
  socket.receive(frameBytes(3)); // too late: refused
  await lane.answer();
  await lane.answer();
  await settled();
  const bye = socket.texts().at(-1)!;
  assertEquals([bye.type, socket.closes], ["bye", [{ code: 1000, reason: "bye" }]]);
  assertEquals(bye.counters, {
    ...{ received: 3, done: 2, refused: 1 },
    ...{ dropped: 0, expired: 0, failed: 0, inFlight: 0 },
  });
});

Deno.test("acceptStream() stops with 1001, and within a limit when a frame hangs", async () => {
  const { clock, deps, connect } = streamBench();
  const { socket, connection } = connect();
  socket.receive(frameBytes(1));
  const stopped = connection.stop();
  await settled();
  assertEquals(socket.closes, []);
  clock.advance(deps.limits.drainMs);
  await stopped;
  assertEquals(socket.closes.map(({ code }) => code), [CLOSE_CODES.goingAway]);
  assertEquals(socket.replies().map(({ outcome }) => outcome), ["dropped"]);
  const { dropped, inFlight } = socket.texts().at(-1)!.counters as Counters;
  assertEquals([dropped, inFlight], [1, 0]);
});

Deno.test("acceptStream() ends at once when it is told to, and drops what is in flight", () => {
  const { log, deps, connect } = streamBench();
  const { socket, connection } = connect();
  socket.receive(frameBytes(1));
  connection.end("tokenRevoked", "revoked");
  assertEquals(socket.closes, [{ code: CLOSE_CODES.tokenRevoked, reason: "revoked" }]);
  assertEquals([deps.streams.size, log.some((line) => line.includes("1 dropped"))], [0, true]);
});

Deno.test("acceptStream() ends once, however often the network closes", () => {
  const { log, deps, connect } = streamBench();
  const { socket } = connect();
  socket.drop();
  socket.drop();
  assertEquals(log.filter((line) => line.includes("ended")).length, 1);
  assertEquals([deps.streams.size, socket.closes], [0, []]);
});

Deno.test("acceptStream() counts and tells a frame for the version that answered it", async () => {
  const { deps, lane, router, connect } = streamBench();
  const reader = deps.events.follow();
  const { socket } = connect({ ...HELLO, stream: "a", policy: "queue", depth: 4 });
  const next = fakeLane();
  for (const sequence of [1, 2, 3]) socket.receive(frameBytes(sequence));
  router.attach(fakeDeployment([next], { ...FAKE_CARD, version: "1.1.0" }));
  await lane.answer();
  await next.answer();
  await next.answer(new Error("spoiled"));
  const versions = [reader.take(), reader.take()].map((message) =>
    message?.kind === "verdict" ? message.event.model.version : undefined
  );
  assertEquals(versions, ["1.0.0", "1.1.0"]);
  const counts = ["1.0.0", "1.1.0"].map((version) => {
    const { inferences, fail } = deps.statistics.sums({ name: "unet-small", version });
    return [inferences, fail.count];
  });
  assertEquals(counts, [[1, 0], [1, 1]]);
});
