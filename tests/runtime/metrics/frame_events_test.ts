import { assertEquals, assertRejects } from "@std/assert";
import { FrameError } from "../../../runtime/frame.ts";
import { eventOfReply, observeRequest } from "../../../runtime/metrics/frame_events.ts";
import type { FrameEvent } from "../../../runtime/metrics/observer.ts";
import { UnavailableError } from "../../../runtime/server/model_service.ts";
import { fakeClock } from "../../helpers/fake_clock.ts";
import { fakeSegmentation } from "../../helpers/fake_lane.ts";
import { frameBytes, streamBench } from "../../helpers/stream_bench.ts";

const MODEL = { name: "bolt", version: "1.0.0" };

function observing() {
  const events: FrameEvent[] = [];
  const clock = fakeClock();
  return {
    events,
    clock,
    deps: { clock, observer: { onFrame: (e: FrameEvent) => void events.push(e) } },
  };
}

Deno.test("observeRequest() tells of the answer, and takes the rest of the time for waiting", async () => {
  const { events, clock, deps } = observing();
  await observeRequest(deps, MODEL, () => {
    clock.advance(40);
    return Promise.resolve(fakeSegmentation());
  });
  const times = { ...fakeSegmentation().times, waitMs: 25, totalMs: 40 };
  assertEquals(events, [{ model: MODEL, outcome: "done", score: 0.9, times }]);
});

Deno.test("observeRequest() tells refused from failed, and throws what was thrown", async () => {
  const cases: [Error, string, string][] = [
    [new FrameError("corrupt", "x"), "refused", "corrupt"],
    [new UnavailableError("overloaded", "x"), "refused", "overloaded"],
    [new Error("x"), "failed", "internal"],
  ];
  for (const [error, outcome, code] of cases) {
    const { events, deps } = observing();
    await assertRejects(() => observeRequest(deps, MODEL, () => Promise.reject(error)));
    assertEquals(events, [{ model: MODEL, outcome, code } as FrameEvent]);
  }
});

Deno.test("eventOfReply() is told once for each frame of a stream", async () => {
  const { lane, connect, events, budget } = streamBench();
  const { socket } = connect();
  for (const sequence of [1, 2, 3]) socket.receive(frameBytes(sequence));
  await lane.answer();
  await lane.answer();
  budget.waitMs = 10;
  socket.receive(frameBytes(4));
  assertEquals(events.map(({ outcome, code }) => [outcome, code]), [
    ...[["dropped", "replaced"], ["done", undefined], ["done", undefined]],
    ["refused", "rate-limited"],
  ]);
  assertEquals(events[1]!.times?.runMs, 3);
  assertEquals(eventOfReply("s", MODEL, socket.replies()[0]!), {
    ...{ model: MODEL, stream: "s", outcome: "dropped", code: "replaced" },
  });
});
