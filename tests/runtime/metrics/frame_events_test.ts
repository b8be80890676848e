import { assertEquals, assertRejects } from "@std/assert";
import { FrameError } from "../../../runtime/frame.ts";
import { eventOfReply, observeRequest } from "../../../runtime/metrics/frame_events.ts";
import type { FrameEvent } from "../../../runtime/metrics/observer.ts";
import { UnavailableError } from "../../../runtime/server/model_service.ts";
import { fakeSegmentation } from "../../helpers/fake_lane.ts";
import { frameBytes, streamBench } from "../../helpers/stream_bench.ts";

const MODEL = { name: "bolt", version: "1.0.0" };
const OTHER = { name: "bolt", version: "1.1.0" };
const TIMES = { ...fakeSegmentation().times, waitMs: 25, totalMs: 40 };

function observing() {
  const events: FrameEvent[] = [];
  const leaving = new AbortController();
  const options = { model: MODEL, count: 1, signal: leaving.signal };
  return {
    events,
    leaving,
    options,
    observer: { onFrame: (e: FrameEvent) => void events.push(e) },
  };
}

Deno.test("observeRequest() tells of each answer, by the version that gave it", async () => {
  const { events, observer, options } = observing();
  const model = { ...OTHER, threshold: 0.5 };
  const result = { model, scores: [0.9, 0.1], times: TIMES };
  const given = await observeRequest(observer, options, () => Promise.resolve(result));
  assertEquals(given, result);
  assertEquals(events, [
    { model: OTHER, outcome: "done", score: 0.9, times: TIMES },
    { model: OTHER, outcome: "done", score: 0.1, times: TIMES },
  ]);
});

Deno.test("observeRequest() tells of a frame once, where an observer throws too", async () => {
  const { events, options } = observing();
  const observer = {
    onFrame(event: FrameEvent) {
      events.push(event);
      throw new Error("broken observer");
    },
  };
  const result = { model: MODEL, scores: [0.9], times: TIMES };
  await assertRejects(() => observeRequest(observer, options, () => Promise.resolve(result)));
  assertEquals(events.map(({ outcome }) => outcome), ["done"]);
});

Deno.test("observeRequest() tells refused, expired and failed apart, and throws what was thrown", async () => {
  const cases: [Error, string, string][] = [
    [new FrameError("corrupt", "x"), "refused", "corrupt"],
    [new UnavailableError("overloaded", "x"), "refused", "overloaded"],
    [new UnavailableError("expired", "x"), "expired", "expired"],
    [new Error("x"), "failed", "internal"],
  ];
  for (const [error, outcome, code] of cases) {
    const { events, observer, options } = observing();
    await assertRejects(() => observeRequest(observer, options, () => Promise.reject(error)));
    assertEquals(events, [{ model: MODEL, outcome, code } as FrameEvent]);
  }
});

Deno.test("observeRequest() tells of a caller that left, and whose failure it was", async () => {
  const { events, observer, options, leaving } = observing();
  await assertRejects(() =>
    observeRequest(observer, { ...options, count: 2 }, (failed) => {
      failed(OTHER);
      leaving.abort();
      return Promise.reject(leaving.signal.reason);
    })
  );
  const dropped: FrameEvent = { model: OTHER, outcome: "dropped", code: "abandoned" };
  assertEquals(events, [dropped, dropped]);
});

Deno.test("eventOfReply() is told once for each frame of a stream", async () => {
  const { lane, connect, frames, budget } = streamBench();
  const { socket } = connect();
  for (const sequence of [1, 2, 3]) socket.receive(frameBytes(sequence));
  await lane.answer();
  await lane.answer();
  budget.waitMs = 10;
  socket.receive(frameBytes(4));
  assertEquals(frames.map(({ outcome, code }) => [outcome, code]), [
    ...[["dropped", "replaced"], ["done", undefined], ["done", undefined]],
    ["refused", "rate-limited"],
  ]);
  assertEquals(frames[1]!.times?.runMs, 3);
  assertEquals(eventOfReply("s", MODEL, socket.replies()[0]!), {
    ...{ model: MODEL, stream: "s", outcome: "dropped", code: "replaced" },
  });
});
