import { assertEquals, assertRejects } from "@std/assert";
import {
  BACK_OFF_MS,
  createLaneSet,
  MAX_ATTEMPTS,
  STEADY_MS,
} from "../../../runtime/engine/lane_set.ts";
import { LaneError } from "../../../runtime/engine/worker_channel.ts";
import { fakeClock } from "../../helpers/fake_clock.ts";
import { type FakeLane, fakeLane, settled } from "../../helpers/fake_lane.ts";

const jobs = () => [
  {
    frame: { format: "encoded", bytes: new Uint8Array(1) },
    want: {},
  } as const,
];

/** A set of fake lanes; `open` gives what `next` makes. */
function setOf(count: number, next: () => Promise<FakeLane> = () => Promise.resolve(fakeLane())) {
  const clock = fakeClock();
  const log: string[] = [];
  const lanes = Array.from({ length: count }, () => fakeLane());
  const opened: FakeLane[] = [];
  const open = async () => {
    const lane = await next();
    opened.push(lane);
    return lane;
  };
  const set = createLaneSet({ lanes, open, clock, log: (line) => log.push(line) });
  return { set, lanes, opened, clock, log };
}

Deno.test("createLaneSet() gives each batch to the least busy lane", async () => {
  const { set, lanes: [a, b] } = setOf(2);
  const first = set.run(jobs());
  const others = [set.run(jobs()), set.run(jobs())];
  assertEquals([a!.batches.length, b!.batches.length, set.inFlight], [2, 1, 3]);
  await a!.answer();
  assertEquals([(await first).length, set.inFlight], [1, 2]);
  await a!.answer();
  await b!.answer();
  await Promise.all(others);
  assertEquals(set.inFlight, 0);
});

Deno.test("createLaneSet() gives each batch to the lane with most free capacity", async () => {
  const [wide, narrow] = [fakeLane({ capacity: 2 }), fakeLane()];
  await using set = createLaneSet({
    ...{ lanes: [narrow, wide], open: () => Promise.resolve(fakeLane()) },
    ...{ clock: fakeClock(), log() {} },
  });
  const batches = [set.run(jobs()), set.run(jobs()), set.run(jobs())];
  assertEquals([wide.batches.length, narrow.batches.length], [2, 1]);
  for (const lane of [wide, wide, narrow]) await lane.answer();
  await Promise.all(batches);
});

Deno.test("createLaneSet() opens a crashed lane anew after a while, and works on the others meanwhile", async () => {
  const { set, lanes: [a, b], opened, clock } = setOf(2);
  const lost = set.run(jobs());
  const crash = a!.crash();
  await assertRejects(() => lost, LaneError, "crashed");
  await crash;
  assertEquals([set.lanes, set.alive], [[b], true]);
  clock.advance(BACK_OFF_MS - 1);
  await settled();
  assertEquals(opened.length, 0);
  clock.advance(1);
  await settled();
  assertEquals(set.lanes, [opened[0], b]);
  const answer = set.run(jobs());
  await opened[0]!.answer();
  assertEquals((await answer).length, 1);
});

Deno.test("createLaneSet() waits twice as long each time and gives up in the end", async () => {
  let attempts = 0;
  const { set, lanes, clock, log } = setOf(1, () => {
    attempts++;
    return Promise.reject(new LaneError("start-timeout", "too slow"));
  });
  await lanes[0]!.crash();
  await assertRejects(() => set.run(jobs()), LaneError, "No lane is open");
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    assertEquals([attempts, set.alive], [attempt, true]);
    clock.advance(BACK_OFF_MS * 2 ** attempt - 1);
    await settled();
    assertEquals(attempts, attempt);
    clock.advance(1);
    await settled();
  }
  assertEquals([attempts, set.alive, clock.pending], [MAX_ATTEMPTS, false, 0]);
  assertEquals(log.at(-1)?.startsWith("Gave up a lane"), true);
});

Deno.test("createLaneSet() forgets old attempts once a lane has lived long", async () => {
  const { set, lanes, opened, clock } = setOf(1);
  await lanes[0]!.crash();
  for (let crash = 0; crash < 2 * MAX_ATTEMPTS; crash++) {
    clock.advance(BACK_OFF_MS);
    await settled();
    clock.advance(STEADY_MS);
    await opened.at(-1)!.crash();
  }
  assertEquals([opened.length, set.alive], [2 * MAX_ATTEMPTS, true]);
});

Deno.test("createLaneSet() disposes all lanes, those that are being opened too, and opens no more", async () => {
  const late = Promise.withResolvers<FakeLane>();
  const { set, lanes: [a, b], clock } = setOf(2, () => late.promise);
  await a!.crash();
  clock.advance(BACK_OFF_MS);
  const disposed = set[Symbol.asyncDispose]();
  assertEquals([set.alive, b!.disposed], [false, true]);
  const lane = fakeLane();
  late.resolve(lane);
  await disposed;
  assertEquals([lane.disposed, set.lanes, clock.pending], [true, [], 0]);
});

Deno.test("createLaneSet() counts no lane that has just ended", () => {
  const { set, lanes: [a, b] } = setOf(2);
  a!.crash(); // nobody has been told yet
  assertEquals(set.lanes, [b]);
});

Deno.test("createLaneSet() gives an input to the least busy lane, and counts it", async () => {
  const { set, lanes: [a, b] } = setOf(2);
  const framed = set.run(jobs());
  const inferred: string[] = [];
  a!.infer = () => Promise.reject(new Error("the busy lane was asked"));
  const answer = b!.infer;
  b!.infer = (job) => {
    inferred.push(`${set.inFlight} in flight`);
    return answer(job);
  };
  const { map } = await set.infer({ tensor: Float32Array.from([1, 2, 3]), batch: 1 });
  assertEquals([[...map], inferred, set.inFlight], [[1], ["2 in flight"], 1]);
  await a!.answer();
  await framed;
});

Deno.test("[Symbol.asyncDispose]() ends the opening of a lane that never comes", async () => {
  const clock = fakeClock();
  const lane = fakeLane();
  const log: string[] = [];
  const set = createLaneSet({
    ...{ lanes: [lane], clock, log: (line) => log.push(line) },
    open: (signal) =>
      new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason))),
  });
  lane.crash();
  await settled();
  clock.advance(BACK_OFF_MS);
  await set[Symbol.asyncDispose]();
  assertEquals([log.length, clock.pending], [1, 0]);
});
