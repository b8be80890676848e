import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  createModelService,
  type ModelService,
  type Router,
  UnavailableError,
} from "../../../runtime/server/model_service.ts";
import type { Source } from "../../../runtime/stream/scheduler.ts";
import { createSingleRouter } from "../../helpers/single_router.ts";
import { fakeClock } from "../../helpers/fake_clock.ts";
import { FAKE_CARD, fakeDeployment, fakeLane, settled } from "../../helpers/fake_lane.ts";

const frame = () => ({ format: "gray8", width: 1, height: 1, bytes: new Uint8Array(1) }) as const;
const signal = new AbortController().signal;
const service = (card = FAKE_CARD, router: Router = createSingleRouter(), clock = fakeClock()) =>
  createModelService({ card, router, clock, maxWaiting: 2, report: console.error });

/** A service on one fake lane. */
function ready(card = FAKE_CARD) {
  const [lane, clock, router] = [fakeLane(), fakeClock(), createSingleRouter()];
  router.attach(fakeDeployment([lane], card));
  return { lane, clock, router, model: service(card, router, clock) };
}

Deno.test("createModelService() is loading, ready, failed, stopping", async () => {
  const router = createSingleRouter();
  const model = service(FAKE_CARD, router);
  assertEquals([model.state(), model.card], ["loading", FAKE_CARD]);
  assertThrows(() => model.describe(), UnavailableError, `"unet-small" 1.0.0 is loading`);
  assertThrows(() => model.segment(frame(), {}, { signal }), UnavailableError, "is loading");
  const lane = fakeLane();
  router.attach(fakeDeployment([lane]));
  assertEquals(model.state(), "ready");
  lane.alive = false;
  assertEquals(model.state(), "failed");
  await model.stop();
  assertEquals(model.state(), "stopping");
});

Deno.test("createModelService() describes a model that is ready by the serving card", () => {
  const { model } = ready({
    ...FAKE_CARD,
    version: "2.0.0",
    threshold: 0.25,
    minRegionScore: 0.75,
  });
  const { name, version, threshold, minRegionScore } = model.describe();
  assertEquals([name, version, model.card.version], [FAKE_CARD.name, "2.0.0", "2.0.0"]);
  assertEquals([threshold, minRegionScore], [0.25, 0.75]);
});

Deno.test("createModelService() runs requests one by one and bounds those that wait", async () => {
  const { model, lane } = ready();
  const results = [1, 2, 3].map(() => model.segment(frame(), {}, { signal }));
  const error = await assertRejects(
    () => model.segment(frame(), {}, { signal }),
    UnavailableError,
    "2 frames wait already",
  );
  assertEquals([error.code, lane.frames.length], ["overloaded", 1]);
  for (const _ of results) await lane.answer();
  assertEquals((await Promise.all(results)).length, 3);
  const { received, done, refused, inFlight } = model.requests();
  assertEquals([received, done, refused, inFlight], [4, 3, 1, 0]);
});

Deno.test("createModelService() drops a request that is aborted, waiting or running", async () => {
  const { model, lane } = ready();
  const [one, two] = [new AbortController(), new AbortController()];
  const first = model.segment(frame(), {}, { signal: one.signal });
  const second = model.segment(frame(), {}, { signal: two.signal });
  two.abort(new Error("gone"));
  await assertRejects(() => second, Error, "gone");
  one.abort(new Error("gone too"));
  await assertRejects(() => first, Error, "gone too");
  await lane.answer();
  assertEquals([lane.frames.length, lane.busy, model.requests().dropped], [1, false, 2]);
});

Deno.test("createModelService() answers a request at its deadline", async () => {
  const { model, lane, clock } = ready();
  const result = model.segment(frame(), {}, { signal, deadlineMs: 30 });
  clock.advance(30);
  const error = await assertRejects(() => result, UnavailableError, "no answer within 30 ms");
  assertEquals([error.code, lane.busy, model.requests().expired], ["expired", true, 1]);
  await lane.answer();
});

Deno.test("createModelService() tells the router what became of each batch", async () => {
  const [lane, clock] = [fakeLane(), fakeClock()];
  const deployment = fakeDeployment([lane]);
  const seen: unknown[] = [];
  const router: Router = {
    ...{ slots: 1, serving: deployment, pick: () => deployment },
    observe: (by, { jobs, results, ms }) =>
      seen.push([by === deployment, jobs.length, results.map((r) => r instanceof Error), ms]),
  };
  const model = service(FAKE_CARD, router, clock);
  const first = model.segment(frame(), {}, { signal });
  clock.advance(12);
  await lane.answer();
  await first;
  const second = model.segment(frame(), {}, { signal });
  await Promise.all([assertRejects(() => second), lane.crash()]);
  assertEquals(seen, [[true, 1, [false], 12], [true, 1, [true], 0]]);
});

Deno.test("createModelService() asks at each dispatch who answers, so that no frame is lost in a swap", async () => {
  const [oldLane, newLane] = [fakeLane(), fakeLane()];
  const router = createSingleRouter();
  router.attach(fakeDeployment([oldLane]));
  const model = service(FAKE_CARD, router);
  const results = [1, 2].map(() => model.segment(frame(), {}, { signal }));
  router.attach(fakeDeployment([newLane], { ...FAKE_CARD, version: "1.1.0" }));
  await oldLane.answer();
  await newLane.answer();
  const versions = (await Promise.all(results)).map(({ model }) => model.version);
  assertEquals(versions, ["1.0.0", "1.1.0"]);
});

Deno.test("createModelService() answers what waits before it stops", async () => {
  const { model, lane } = ready();
  const result = model.segment(frame(), {}, { signal });
  let stopped = false;
  const stop = model.stop().then(() => stopped = true);
  await settled();
  assertEquals(stopped, false);
  await lane.answer();
  await stop;
  assertEquals((await result).segmentation.verdict, "defect");
});

Deno.test("createModelService() gives a ready input its turn among the frames", async () => {
  const { model, lane, clock } = ready();
  const first = model.segment(frame(), {}, { signal });
  const tensor = Float32Array.from({ length: 6 }, (_, at) => at); // 2 pixels
  const second = model.infer({ tensor, batch: 1 }, { signal });
  await settled();
  assertEquals(tensor.length, 6); // it has not left yet
  clock.advance(9);
  await lane.answer();
  await first;
  const { inference, card, waitMs } = await second;
  assertEquals([[...inference.map], card.version, waitMs], [[0, 1], FAKE_CARD.version, 9]);
  assertEquals([tensor.length, model.requests().done], [0, 2]);
});

Deno.test("createModelService() fails an input alone, not the frames of its batch", async () => {
  const [lane, clock, router] = [fakeLane(), fakeClock(), createSingleRouter()];
  router.attach(fakeDeployment([lane]));
  const model = createModelService({
    ...{ card: FAKE_CARD, router, clock, maxBatch: 3, report: console.error },
  });
  lane.infer = () => Promise.reject(new Error("no"));
  const blocker = model.segment(frame(), {}, { signal });
  const [before, failed, after] = [
    model.segment(frame(), {}, { signal }),
    model.infer({ tensor: new Float32Array(6), batch: 1 }, { signal }),
    model.segment(frame(), { map: true }, { signal }),
  ];
  const rejected = assertRejects(() => failed, Error, "no");
  await lane.answer();
  await blocker;
  await lane.answer();
  await rejected;
  assertEquals((await before).segmentation.map, undefined);
  assertEquals((await after).segmentation.map?.length, 128);
  assertEquals([lane.batches, model.requests().failed], [[1, 2], 1]);
});

Deno.test("createModelService() tells the router what became of each input, apart from the frames", async () => {
  const [lane, clock] = [fakeLane(), fakeClock()];
  const deployment = fakeDeployment([lane]);
  const seen: unknown[] = [];
  const router: Router = {
    ...{ slots: 1, serving: deployment, pick: () => deployment },
    observe: (by, { jobs, results, ms }) =>
      seen.push([by === deployment, Object.keys(jobs[0]!)[0], jobs.length, results.length, ms]),
  };
  const model = createModelService({
    ...{ card: FAKE_CARD, router, clock, maxBatch: 3, report: console.error },
  });
  const blocker = model.segment(frame(), {}, { signal });
  const rest = [
    model.segment(frame(), {}, { signal }),
    model.infer({ tensor: new Float32Array(6), batch: 1 }, { signal }),
  ];
  await lane.answer();
  await blocker;
  clock.advance(7);
  await lane.answer();
  await Promise.all(rest);
  lane.infer = () => Promise.reject(new Error("no"));
  const failed = model.infer({ tensor: new Float32Array(6), batch: 2 }, { signal });
  await assertRejects(() => failed, Error, "no");
  assertEquals(seen, [
    [true, "frame", 1, 1, 0],
    [true, "tensor", 1, 1, 0],
    [true, "frame", 1, 1, 7],
    [true, "tensor", 1, 1, 0],
  ]);
});

Deno.test("createModelService() says whose failure it is, whichever version serves by then", async () => {
  const { model, lane, router, clock } = ready();
  const blamed: string[] = [];
  const failed = ({ version }: { version: string }) => void blamed.push(version);
  const first = model.segment(frame(), {}, { signal, failed });
  const second = model.segment(frame(), {}, { signal, deadlineMs: 5, failed });
  router.attach(fakeDeployment([fakeLane()], { ...FAKE_CARD, version: "1.1.0" }));
  const expired = assertRejects(() => second, UnavailableError, "no answer within");
  clock.advance(5);
  await expired;
  const rejected = assertRejects(() => first, Error, "spoiled");
  await lane.answer(new Error("spoiled"));
  await rejected;
  assertEquals(blamed, ["1.1.0", "1.0.0"]); // the second never had its turn
});

/** A service on one fake lane, and one for those who name its version. */
function named() {
  const { model, lane, router, clock } = ready();
  const shared = { together: true };
  const main = { service: model, together: () => shared.together };
  const version = createModelService({
    ...{ card: FAKE_CARD, router, main, clock, maxWaiting: 2, report: console.error },
  });
  return { model, version, lane, shared };
}

Deno.test("createModelService() gives those who name its version the same turns, by their priority", async () => {
  const { model, version, lane } = named();
  const ended: string[] = [];
  const bounds = { policy: "queue", depth: 8, maxBytes: 1000 } as const;
  const [low, high] = [
    version.source({ ...bounds, priority: "low" }),
    model.source({ ...bounds, priority: "high" }),
  ];
  const offer = (source: Source, name: string) =>
    source.offer({
      bytes: 1,
      job: () => ({ frame: frame(), want: {} }),
      ended: () => ended.push(name),
    });
  for (const name of ["low 1", "low 2"]) offer(low, name);
  for (const name of ["high 1", "high 2"]) offer(high, name);
  assertEquals([lane.frames.length, low.waiting, high.waiting], [1, 1, 2]);
  for (let n = 0; n < 4; n++) await lane.answer();
  assertEquals(ended, ["low 1", "high 1", "high 2", "low 2"]);
});

Deno.test("createModelService() bounds and counts requests with and without the version together", async () => {
  const { model, version, lane, shared } = named();
  const ask = (service: ModelService) => service.segment(frame(), {}, { signal });
  const results = [ask(model), ask(version), ask(model)];
  await assertRejects(() => ask(version), UnavailableError, "2 frames wait already");
  for (const _ of results) await lane.answer();
  await Promise.all(results);
  shared.together = false; // another version serves
  const apart = ask(version);
  await lane.answer();
  await apart;
  const { received, done, refused } = model.requests();
  assertEquals([received, done, refused, version.requests()], [5, 4, 1, model.requests()]);
});
