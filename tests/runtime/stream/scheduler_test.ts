import { assertEquals } from "@std/assert";
import { FrameError } from "../../../runtime/frame.ts";
import type { Job } from "../../../runtime/job.ts";
import { createScheduler, type SourceOptions } from "../../../runtime/stream/scheduler.ts";
import type { Entry } from "../../../runtime/stream/ticket.ts";
import { fakeClock } from "../../helpers/fake_clock.ts";
import { fakeDeployment, fakeLane, settled } from "../../helpers/fake_lane.ts";

interface BenchOptions {
  readonly lanes?: number;
  readonly maxBatch?: number;
  readonly maxWaitMs?: number;
}

const QUEUE: SourceOptions = { policy: "queue", depth: 8, maxBytes: 1000, priority: "normal" };
const LATEST: SourceOptions = { ...QUEUE, policy: "latest", depth: 1 };

/** A scheduler over fake lanes; `log` has what ended how, in order. */
function bench({ lanes: count = 1, maxBatch = 1, maxWaitMs = 0 }: BenchOptions = {}) {
  const clock = fakeClock();
  const lanes = Array.from({ length: count }, () => fakeLane());
  const deployment = fakeDeployment(lanes);
  const log: string[] = [];
  const state = { slots: count, gone: undefined as Error | undefined };
  const scheduler = createScheduler({
    slots: () => state.slots,
    unavailable: () => state.gone,
    run: async (jobs) =>
      (await deployment.run(jobs as Job[])).map((result) => ({ deployment, result })),
    report: console.error,
    ...{ clock, maxBatch, maxWaitMs },
  });
  const entry = (name: number, changed: Partial<Entry> = {}): Entry => ({
    bytes: 2,
    job: () => ({
      frame: { format: "gray8", width: 2, height: 1, bytes: Uint8Array.of(name, 0) },
      want: {},
    }),
    ended: ({ outcome }) => log.push(`${name} ${outcome}`),
    ...changed,
  });
  const sent = () => lanes.flatMap((lane) => lane.frames.map(({ bytes }) => bytes[0]!));
  return { clock, lanes, lane: lanes[0]!, log, state, scheduler, entry, sent };
}

Deno.test("createScheduler() lets sources take turns, whatever waits in each", async () => {
  const { scheduler, entry, lane, sent } = bench();
  const [a, b, c] = [QUEUE, QUEUE, QUEUE].map((options) => scheduler.source(options));
  for (const name of [10, 11, 12]) a!.offer(entry(name));
  b!.offer(entry(20));
  for (const name of [30, 31]) c!.offer(entry(name));
  while (lane.busy) await lane.answer();
  assertEquals(sent(), [10, 20, 30, 11, 31, 12]);
});

Deno.test("createScheduler() runs as many batches as there are slots, asked each time", async () => {
  const { scheduler, entry, lanes, state, sent } = bench({ lanes: 3 });
  state.slots = 2;
  const source = scheduler.source(QUEUE);
  for (const name of [1, 2, 3, 4]) source.offer(entry(name));
  assertEquals([lanes.filter(({ busy }) => busy).length, source.waiting], [2, 2]);
  state.slots = 3;
  await lanes[0]!.answer();
  assertEquals([lanes.filter(({ busy }) => busy).length, source.waiting], [3, 0]);
  for (const lane of lanes) while (lane.busy) await lane.answer();
  assertEquals(sent().sort(), [1, 2, 3, 4]);
});

Deno.test("createScheduler() by latest drops the replaced frame at once, by queue refuses when full", () => {
  const { scheduler, entry, log } = bench();
  const latest = scheduler.source(LATEST);
  for (const name of [1, 2, 3]) latest.offer(entry(name));
  assertEquals(log, ["2 dropped"]);
  const queue = scheduler.source({ ...QUEUE, depth: 1 });
  for (const name of [4, 5]) queue.offer(entry(name));
  assertEquals(log, ["2 dropped", "5 refused"]);
});

Deno.test("createScheduler() answers a deadline the moment it passes, waiting or running", async () => {
  const { scheduler, entry, log, clock, lane, sent } = bench();
  const source = scheduler.source(QUEUE);
  source.offer(entry(1, { deadlineMs: 20 }));
  source.offer(entry(2, { deadlineMs: 10 }));
  source.offer(entry(3));
  clock.advance(10);
  assertEquals([log, source.waiting], [["2 expired"], 1]);
  clock.advance(10);
  assertEquals(log, ["2 expired", "1 expired"]);
  await lane.answer(); // the late result is thrown away, and the lane goes on
  await lane.answer();
  assertEquals([log, sent()], [["2 expired", "1 expired", "3 done"], [1, 3]]);
});

Deno.test("createScheduler() drops what an abandoned source has, running or waiting", async () => {
  const { scheduler, entry, log, lane } = bench();
  const source = scheduler.source(QUEUE);
  source.offer(entry(1));
  const drop = source.offer(entry(2));
  source.offer(entry(3));
  drop();
  drop();
  assertEquals(log, ["2 dropped"]);
  source.abandon();
  assertEquals(log, ["2 dropped", "1 dropped", "3 dropped"]);
  const idle = scheduler.idle();
  await lane.answer();
  await idle;
  assertEquals([log.length, lane.frames.length], [3, 1]);
});

Deno.test("createScheduler() fails a batch that its lane rejects and goes on", async () => {
  const { scheduler, entry, log, lane } = bench();
  const source = scheduler.source(QUEUE);
  for (const name of [1, 2]) source.offer(entry(name));
  await lane.answer(new FrameError("truncated", "ends early"));
  await lane.crash();
  assertEquals(log, ["1 failed", "2 failed"]);
});

Deno.test("createScheduler() fills batches over sources, and never waits with a full one", async () => {
  const { scheduler, entry, lane, clock } = bench({ maxBatch: 3, maxWaitMs: 5 });
  const sources = [1, 2, 3, 4, 5].map(() => scheduler.source(LATEST));
  sources.slice(0, 3).forEach((source, at) => source.offer(entry(at)));
  assertEquals([lane.batches, clock.pending], [[3], 1]);
  sources.slice(0, 4).forEach((source, at) => source.offer(entry(at)));
  await lane.answer();
  assertEquals(lane.batches, [3, 3]);
  await lane.answer();
  assertEquals([lane.batches, lane.busy], [[3, 3], false]);
});

Deno.test("createScheduler() lets a batch wait for company no longer than maxWaitMs", async () => {
  const { scheduler, entry, lane, clock, log } = bench({ maxBatch: 3, maxWaitMs: 5 });
  const sources = [1, 2].map(() => scheduler.source(LATEST));
  sources[0]!.offer(entry(1));
  clock.advance(4);
  sources[1]!.offer(entry(2));
  assertEquals(lane.batches, []);
  clock.advance(1);
  assertEquals(lane.batches, [2]);
  await lane.answer();
  assertEquals(log.sort(), ["1 done", "2 done"]);
});

Deno.test("createScheduler() waits for a slot while lanes are opened anew, and fails when none will come", async () => {
  const { scheduler, entry, lane, log, clock, state } = bench();
  state.slots = 0;
  const source = scheduler.source(QUEUE);
  source.offer(entry(1));
  clock.advance(50);
  assertEquals([lane.busy, log], [false, []]);
  state.slots = 1;
  clock.advance(50);
  assertEquals(lane.busy, true);
  await lane.answer();
  state.slots = 0;
  source.offer(entry(2));
  state.gone = new Error("gone");
  clock.advance(50);
  assertEquals([log, clock.pending], [["1 done", "2 failed"], 0]);
  await scheduler.idle();
});

Deno.test("createScheduler() is idle when nothing runs and nothing waits", async () => {
  const { scheduler, entry, lane } = bench();
  await scheduler.idle();
  scheduler.source(QUEUE).offer(entry(1));
  let idle = false;
  scheduler.idle().then(() => idle = true);
  await settled();
  assertEquals(idle, false);
  await lane.answer();
  assertEquals(idle, true);
});

Deno.test("createScheduler() is idle only when every frame of the last batch was told", async () => {
  const { scheduler, entry, lane, log, state } = bench({ maxBatch: 2 });
  const source = scheduler.source(QUEUE);
  for (const name of [1, 2]) source.offer(entry(name));
  let toldBefore: string[] = [];
  scheduler.idle().then(() => toldBefore = [...log]);
  state.slots = 0;
  state.gone = new Error("gone"); // what waits fails before the running batch is told
  await lane.answer();
  await settled();
  assertEquals(toldBefore, ["2 failed", "1 done"]);
});
