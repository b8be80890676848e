import { assertEquals } from "@std/assert";
import { FrameError } from "../../../runtime/frame.ts";
import type { DoneReply, MissedReply } from "../../../runtime/stream/reply_protocol.ts";
import type { View } from "../../../runtime/stream/view_protocol.ts";
import { FAKE_MASK, settled } from "../../helpers/fake_lane.ts";
import { frameBytes, HELLO, streamBench } from "../../helpers/stream_bench.ts";

const codes = (replies: readonly unknown[]) =>
  (replies as MissedReply[]).map((
    { sequence, outcome, error },
  ) => [sequence, outcome, error?.code]);

Deno.test("createSession() answers a frame with verdict, mask, times and counters", async () => {
  const { lane, clock, connect } = streamBench();
  const { socket } = connect({ ...HELLO, want: ["mask", "map"] });
  socket.receive(frameBytes(5));
  clock.advance(8);
  await lane.answer();
  const [reply] = socket.replies() as DoneReply[];
  assertEquals([reply!.sequence, reply!.capturedMs, reply!.outcome], [5, 2.5, "done"]);
  assertEquals([reply!.verdict, reply!.mask, reply!.map?.data.length], ["defect", FAKE_MASK, 128]);
  assertEquals([reply!.score, reply!.threshold, reply!.minRegionScore], [0.9, 0.5, 0.75]);
  assertEquals([reply!.times.waitMs, reply!.times.totalMs, reply!.times.runMs], [0, 8, 3]);
  assertEquals([reply!.counters.done, reply!.counters.inFlight], [1, 0]);
  assertEquals([...lane.frames[0]!.bytes], [5, 0]);
});

Deno.test("createSession() sends no pixels that are not wanted", async () => {
  const { lane, connect } = streamBench();
  const { socket } = connect({ ...HELLO, want: [] });
  socket.receive(frameBytes(0));
  await lane.answer();
  const [reply] = socket.replies() as DoneReply[];
  assertEquals([reply!.mask, reply!.map, lane.wants], [undefined, undefined, [{ map: false }]]);
});

Deno.test("createSession() lets the newest frame win and answers the replaced one at once", async () => {
  const { lane, connect } = streamBench();
  const { socket } = connect();
  for (const sequence of [1, 2, 3, 4]) socket.receive(frameBytes(sequence));
  assertEquals(codes(socket.replies()), [[2, "dropped", "replaced"], [3, "dropped", "replaced"]]);
  await lane.answer();
  await lane.answer();
  assertEquals(codes(socket.replies()).slice(2), [[1, "done", undefined], [4, "done", undefined]]);
  const { counters } = socket.replies().at(-1)!;
  assertEquals([counters.received, counters.done, counters.dropped, counters.inFlight], [
    4,
    2,
    2,
    0,
  ]);
});

Deno.test("createSession() unmasks what a lane gets, and gives back what none gets", async () => {
  const { lane, connect } = streamBench();
  const { socket } = connect();
  const [first, replaced, waiting] = [1, 2, 3].map((number) => socket.receive(frameBytes(number)));
  const refused = socket.receive(frameBytes(4, { width: 3 }));
  const done = [first, replaced, waiting, refused].map((message) => message!.done);
  assertEquals(done, [["unmask"], ["giveBack"], [], ["giveBack"]]);
  await lane.answer();
  assertEquals([done[0], done[2]], [["unmask", "giveBack"], ["unmask"]]);
});

Deno.test("createSession() takes turns with other streams", async () => {
  const { lane, connect } = streamBench();
  const [fast, slow] = [connect().socket, connect().socket];
  fast.receive(frameBytes(1));
  for (let sequence = 2; sequence < 9; sequence++) fast.receive(frameBytes(sequence));
  slow.receive(frameBytes(100));
  for (let turn = 0; turn < 2; turn++) {
    await lane.answer();
    fast.receive(frameBytes(20 + turn));
  }
  await lane.answer();
  assertEquals(lane.frames.map(({ bytes }) => bytes[0]), [1, 100, 20, 21]);
});

Deno.test("createSession() refuses a frame that does not fit its size and goes on", async () => {
  const { lane, connect } = streamBench();
  const { socket } = connect();
  socket.receive(frameBytes(1, { width: 3 }));
  socket.receive(frameBytes(2, { width: 0 }));
  socket.receive(frameBytes(3, { bytes: new Uint8Array() }));
  socket.receive(frameBytes(4, { width: 1000, height: 1000 }));
  socket.receive(frameBytes(5));
  await lane.answer();
  assertEquals(codes(socket.replies()), [
    [1, "refused", "size-mismatch"],
    [2, "refused", "size-missing"],
    [3, "refused", "empty"],
    [4, "refused", "too-large"],
    [5, "done", undefined],
  ]);
});

Deno.test("createSession() answers a frame that the lane cannot decode and goes on", async () => {
  const { lane, log, connect } = streamBench();
  const { socket } = connect();
  socket.receive(frameBytes(1));
  await lane.answer(new FrameError("truncated", "Cannot decode frame: it ends early"));
  socket.receive(frameBytes(2));
  await lane.answer(new Error("secret of the inside"));
  assertEquals(codes(socket.replies()), [[1, "failed", "truncated"], [2, "failed", "internal"]]);
  assertEquals(
    JSON.stringify(socket.texts().concat(socket.replies() as never)).includes("secret"),
    false,
  );
  assertEquals(log.filter((line) => line.includes("secret")).length, 1);
});

Deno.test("createSession() publishes a watched stream's frames with picture, mask and map", async () => {
  const { lane, deps, connect } = streamBench();
  const { socket } = connect({ ...HELLO, stream: "camera", want: [] });
  const views: View[] = [];
  deps.views.watch("camera", (view) => views.push(view)).next();
  socket.receive(frameBytes(1));
  await lane.answer();
  const [{ reply, picture }] = views as [View];
  assertEquals((reply as DoneReply).mask, FAKE_MASK);
  assertEquals((reply as DoneReply).map?.data.length, 128);
  assertEquals([...picture!.bytes], [1, 0]);
  assertEquals((socket.replies()[0] as DoneReply).mask, undefined);
});

Deno.test("createSession() drops what waits and what runs when the client is gone, and frees the lane", async () => {
  const { lane, deps, errors, connect } = streamBench();
  const { socket } = connect();
  socket.receive(frameBytes(1));
  socket.receive(frameBytes(2));
  const stream = deps.streams.list()[0]!;
  socket.drop();
  await lane.answer();
  await settled();
  const { received, done, dropped, inFlight } = stream.counters();
  assertEquals([received, done, dropped, inFlight, lane.frames.length], [2, 0, 2, 0, 1]);
  assertEquals([socket.replies(), errors, deps.streams.size], [[], [], 0]);
});

Deno.test("createSession() by queue answers in order, refuses when full, and expires at the deadline", async () => {
  const { lane, clock, connect } = streamBench();
  const { socket } = connect({ ...HELLO, policy: "queue", depth: 2, deadlineMs: 20 });
  for (const sequence of [1, 2, 3, 4]) socket.receive(frameBytes(sequence));
  assertEquals(codes(socket.replies()), [[4, "refused", "queue-full"]]);
  clock.advance(15);
  await lane.answer();
  clock.advance(5);
  assertEquals(codes(socket.replies()).slice(1), [
    [1, "done", undefined],
    [2, "expired", "expired"],
    [3, "expired", "expired"],
  ]);
  await lane.answer(); // what ran is thrown away
  const { received, done, expired, refused, inFlight } = socket.replies().at(-1)!.counters;
  assertEquals([received, done, expired, refused, inFlight], [4, 1, 2, 1, 0]);
  assertEquals(socket.replies().length, 4);
});

Deno.test("createSession() by priority goes before others that wait", async () => {
  const { lane, connect } = streamBench();
  const [plain, urgent] = [connect().socket, connect({ ...HELLO, priority: "high" }).socket];
  plain.receive(frameBytes(1));
  plain.receive(frameBytes(2));
  urgent.receive(frameBytes(100));
  await lane.answer();
  assertEquals(lane.frames.map(({ bytes }) => bytes[0]), [1, 100]);
});
