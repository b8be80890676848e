import { assertEquals } from "@std/assert";
import { fakeSegmentation, settled } from "../../helpers/fake_lane.ts";
import {
  createEvents,
  type EventReader,
  type Events,
  MAX_REGIONS,
} from "../../../runtime/stream/events.ts";
import type { StreamReply } from "../../../runtime/stream/reply_protocol.ts";

const MODEL = { name: "unet", version: "1.0.0" };
const COUNTERS = {
  ...{ received: 1, done: 1, dropped: 0, expired: 0, refused: 0, failed: 0, inFlight: 0 },
};

function done(sequence: number): StreamReply {
  const { mask: _, map: __, times, ...rest } = fakeSegmentation();
  return {
    ...{ outcome: "done", sequence, capturedMs: sequence / 2, counters: COUNTERS, ...rest },
    times: { ...times, waitMs: 0, totalMs: 0 },
  };
}

const publish = (events: Events, stream: string, ...sequences: number[]) =>
  sequences.forEach((sequence) => events.publish(stream, MODEL, done(sequence)));

/** All that a reader can take: sequences, and what it missed. */
function takeAll(reader: EventReader): unknown[] {
  const taken: unknown[] = [];
  for (let message = reader.take(); message; message = reader.take()) {
    taken.push(message.kind === "verdict" ? message.event.sequence : message.missed);
  }
  return taken;
}

Deno.test("createEvents() gives each reader the verdicts of its stream, from now on", () => {
  const events = createEvents({ run: "r" });
  publish(events, "a", 1);
  const [all, one] = [events.follow(), events.follow({ stream: "b" })];
  publish(events, "a", 2);
  publish(events, "b", 3);
  assertEquals([takeAll(all), takeAll(one)], [[2, 3], [3]]);
  assertEquals([takeAll(all), events.readers], [[], 2]);
});

Deno.test("createEvents() tells what an event is", () => {
  const events = createEvents({ run: "r" });
  const reader = events.follow();
  publish(events, "a", 7);
  const message = reader.take();
  if (message?.kind !== "verdict") throw new Error("no verdict");
  const { regions, ...event } = message.event;
  assertEquals(event, {
    ...{ id: "r-1", stream: "a", model: MODEL, sequence: 7, capturedMs: 3.5 },
    ...{ verdict: "defect", score: 0.9, threshold: 0.5, regionCount: 1 },
  });
  assertEquals(regions, fakeSegmentation().regions);
});

Deno.test("createEvents() knows nothing of frames without a verdict", () => {
  const events = createEvents({ run: "r" });
  const reader = events.follow();
  const error = { code: "replaced", message: "" };
  const base = { sequence: 1, capturedMs: 0, counters: COUNTERS };
  events.publish("a", MODEL, { outcome: "dropped", ...base, error });
  assertEquals(takeAll(reader), []);
});

Deno.test("createEvents() goes on behind the last event that a reader has", () => {
  const events = createEvents({ run: "r" });
  publish(events, "a", 1, 2, 3);
  assertEquals(takeAll(events.follow({ after: "r-1" })), [2, 3]);
  assertEquals(takeAll(events.follow({ after: "r-3" })), []);
});

Deno.test("createEvents() names the place where a reader begins, so that it loses nothing before its first event", () => {
  const events = createEvents({ run: "r", history: 2 });
  assertEquals(events.follow().begins, "r-0");
  publish(events, "a", 1);
  const { begins } = events.follow({ stream: "b" });
  assertEquals(begins, "r-1");
  publish(events, "b", 2);
  assertEquals(takeAll(events.follow({ after: begins!, stream: "b" })), [2]);
  assertEquals(takeAll(events.follow({ after: "r-0" })), [1, 2]);
  assertEquals(events.follow({ after: "r-1" }).begins, "r-1");
  publish(events, "b", 3, 4);
  // What it missed has to be told before it may go on behind it.
  const behind = ["r-1", "old-1"].map((after) => events.follow({ after }).begins);
  assertEquals(behind, [undefined, undefined]);
});

Deno.test("createEvents() says what has left the history", () => {
  const events = createEvents({ run: "r", history: 2 });
  publish(events, "a", 1, 2, 3, 4);
  const late = { reason: "history", count: 1 };
  assertEquals(takeAll(events.follow({ after: "r-1" })), [late, 3, 4]);
  assertEquals(takeAll(events.follow({ after: "r-1", stream: "a" })), [
    { reason: "history", count: null },
    ...[3, 4],
  ]);
});

Deno.test("createEvents() gives all it has to who comes from another run", () => {
  const events = createEvents({ run: "r" });
  publish(events, "a", 1);
  for (const after of ["old-1", "r-99", "nonsense", ""]) {
    assertEquals(takeAll(events.follow({ after })), [{ reason: "restart", count: null }, 1]);
  }
});

Deno.test("createEvents() holds a bounded history and tells a slow reader exactly what it missed", () => {
  const events = createEvents({ run: "r", history: 3 });
  const [slow, other] = [events.follow({ stream: "a" }), events.follow({ stream: "b" })];
  publish(events, "a", 1);
  assertEquals(takeAll(slow), [1]);
  publish(events, "a", 2, 3, 4, 5);
  publish(events, "b", 6);
  assertEquals(takeAll(slow), [{ reason: "slow-reader", count: 2 }, 4, 5]);
  assertEquals(takeAll(other), [6]);
});

Deno.test("createEvents() keeps the largest regions of a frame, not thousands", () => {
  const events = createEvents();
  const reader = events.follow();
  const [region] = fakeSegmentation().regions;
  const noise = { ...done(1), regions: Array(1000).fill(region) } as StreamReply;
  events.publish("a", MODEL, noise);
  const message = reader.take();
  if (message?.kind !== "verdict") throw new Error("no verdict");
  assertEquals([message.event.regions.length, message.event.regionCount], [MAX_REGIONS, 1000]);
});

Deno.test("EventReader.changed() resolves on an event and on the end", async () => {
  const events = createEvents();
  const reader = events.follow();
  let changes = 0;
  const wait = () => reader.changed().then(() => changes++);
  wait();
  await settled();
  assertEquals(changes, 0);
  publish(events, "a", 1);
  await settled();
  assertEquals([changes, takeAll(reader)], [1, [1]]);
  wait();
  await settled();
  assertEquals(changes, 1);
  reader.close();
  await settled();
  assertEquals([changes, reader.closed, events.readers], [2, true, 0]);
});
