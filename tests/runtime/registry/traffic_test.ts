import { assert, assertEquals, assertThrows } from "@std/assert";
import type { JobResult } from "../../../runtime/engine/deployment.ts";
import { FrameError } from "../../../runtime/frame.ts";
import { createLoadedVersion } from "../../../runtime/registry/loaded_version.ts";
import { createTraffic, type Traffic } from "../../../runtime/registry/traffic.ts";
import { UnavailableError } from "../../../runtime/server/model_service.ts";
import { fakeClock } from "../../helpers/fake_clock.ts";
import {
  fakeDeployment,
  type FakeDeploymentOptions,
  fakeJob,
} from "../../helpers/fake_deployment.ts";
import { fakeSegmentation } from "../../helpers/fake_lane.ts";

function bench() {
  const clock = fakeClock();
  const events: string[] = [];
  const released: string[] = [];
  const traffic = createTraffic({
    ...{ name: "tiny", clock },
    record: ({ kind, version, from }) =>
      events.push([kind, version, ...(from ? [from] : [])].join(" ")),
    release: ({ version }, failed) => released.push(failed ? `${version} failed` : version),
  });
  const load = (version: string, options: FakeDeploymentOptions = {}) => {
    const deployment = fakeDeployment(version, options);
    return { deployment, loaded: createLoadedVersion(deployment, 1, clock) };
  };
  return { clock, events, released, traffic, load };
}

const picked = (traffic: Traffic) => traffic.pick().card.version;

/** Tells of `count` frames of what `pick` chooses. */
function observe(traffic: Traffic, count: number, ms = 10, result: JobResult = fakeSegmentation()) {
  for (let frame = 0; frame < count; frame++) {
    traffic.observe(traffic.pick(), { jobs: [fakeJob()], results: [result], ms });
  }
}
const FAILED = new Error("run failed");

Deno.test("pick() has nothing before a version serves", () => {
  const { traffic } = bench();
  assertThrows(() => traffic.pick(), UnavailableError, `Model "tiny" is loading`);
  assertEquals(traffic.slots, 0);
});

Deno.test("slots are the capacity of the open lanes of the serving version", () => {
  const { traffic, load } = bench();
  const { loaded } = load("1.0.0", { lanes: 2, capacity: 2 });
  traffic.serve(loaded, 0);
  assertEquals(traffic.slots, 4);
  traffic.serve(load("1.1.0", { lanes: 3 }).loaded, 0);
  assertEquals(traffic.slots, 3);
});

Deno.test("serve() switches at once, keeps the version before while it watches, then lets it go", () => {
  const { clock, events, released, traffic, load } = bench();
  traffic.serve(load("1.0.0", { lanes: 2 }).loaded, 1000);
  assertEquals([picked(traffic), traffic.slots], ["1.0.0", 2]);
  traffic.serve(load("1.1.0").loaded, 1000);
  assertEquals([picked(traffic), traffic.slots, traffic.roleOf("1.0.0")], ["1.1.0", 1, "previous"]);
  clock.advance(999);
  assertEquals(released, []);
  clock.advance(1);
  assertEquals([released, traffic.roleOf("1.0.0")], [["1.0.0"], undefined]);
  assertEquals(events, ["switched 1.0.0", "switched 1.1.0 1.0.0", "confirmed 1.1.0"]);
  assertEquals(traffic.previousVersion, "1.0.0");
});

Deno.test("serve() without a watch lets the version before go at once", () => {
  const { clock, released, traffic, load } = bench();
  traffic.serve(load("1.0.0").loaded, 0);
  traffic.serve(load("1.1.0").loaded, 0);
  assertEquals([released, clock.pending, traffic.rollBack()], [["1.0.0"], 0, false]);
});

Deno.test("serve() during a watch lets the oldest go, and back to the one before nothing twice", () => {
  const { clock, released, traffic, load } = bench();
  const [one, two, three] = ["1.0.0", "1.1.0", "1.2.0"].map((version) => load(version).loaded);
  for (const loaded of [one!, two!, three!]) traffic.serve(loaded, 1000);
  assertEquals(released, ["1.0.0"]);
  traffic.serve(two!, 1000);
  assertEquals([released, traffic.roleOf("1.2.0"), clock.pending], [["1.0.0"], "previous", 1]);
  traffic.serve(two!, 1000);
  assertEquals(traffic.roleOf("1.2.0"), "previous");
});

Deno.test("observe() rolls back a version that fails frames, and keeps it nowhere", () => {
  const { clock, events, released, traffic, load } = bench();
  traffic.serve(load("1.0.0").loaded, 1000);
  observe(traffic, 50);
  traffic.serve(load("1.1.0").loaded, 1000);
  observe(traffic, 2, 10, FAILED);
  assertEquals(picked(traffic), "1.1.0");
  observe(traffic, 1, 10, FAILED);
  assertEquals([picked(traffic), released, clock.pending], ["1.0.0", ["1.1.0 failed"], 0]);
  assertEquals(events.at(-1), "rolled-back 1.0.0 1.1.0");
  assertEquals([traffic.previousVersion, traffic.rollBack()], [undefined, false]);
});

Deno.test("observe() rolls back a version that is slower", () => {
  const { traffic, load } = bench();
  traffic.serve(load("1.0.0").loaded, 1000);
  observe(traffic, 50, 10);
  traffic.serve(load("1.1.0").loaded, 1000);
  observe(traffic, 100, 24);
  assertEquals(picked(traffic), "1.1.0");
  traffic.serve(load("1.2.0").loaded, 1000);
  observe(traffic, 32, 60);
  assertEquals(picked(traffic), "1.1.0");
});

Deno.test("observe() takes no spoiled frame for a fast one", () => {
  const { traffic, load } = bench();
  const { loaded } = load("1.0.0");
  traffic.serve(loaded, 0);
  observe(traffic, 20, 40);
  observe(traffic, 50, 1, new FrameError("corrupt", "x"));
  assertEquals(loaded.window.stats().medianMs, 40);
});

Deno.test("observe() holds no spoiled frame against a version, and nothing after the watch", () => {
  const { clock, traffic, load } = bench();
  traffic.serve(load("1.0.0").loaded, 1000);
  traffic.serve(load("1.1.0").loaded, 1000);
  observe(traffic, 50, 10, new FrameError("corrupt", "x"));
  assertEquals(picked(traffic), "1.1.0");
  clock.advance(1000);
  observe(traffic, 50, 10, FAILED);
  assertEquals(picked(traffic), "1.1.0");
});

Deno.test("observe() takes no notice of versions that have no part", () => {
  const { traffic, load } = bench();
  traffic.serve(load("1.0.0").loaded, 1000);
  traffic.serve(load("1.1.0").loaded, 1000);
  const { loaded } = load("0.9.0");
  for (let frame = 0; frame < 10; frame++) {
    traffic.observe(loaded, { jobs: [fakeJob()], results: [FAILED], ms: 1 });
  }
  assertEquals(picked(traffic), "1.1.0");
});

Deno.test("pick() rolls back when the lanes of the new version end", () => {
  const { released, traffic, load } = bench();
  traffic.serve(load("1.0.0").loaded, 1000);
  const next = load("1.1.0");
  traffic.serve(next.loaded, 1000);
  next.deployment.alive = false;
  assertEquals([picked(traffic), released], ["1.0.0", ["1.1.0 failed"]]);
});

Deno.test("pick() says that the model has failed when nothing else is there", () => {
  const { traffic, load } = bench();
  const { deployment, loaded } = load("1.0.0");
  traffic.serve(loaded, 1000);
  deployment.alive = false;
  assertThrows(() => traffic.pick(), UnavailableError, `Model "tiny" is failed`);
});

Deno.test("rollBack() goes back by hand, and lets the version go as it was loaded", () => {
  const { released, traffic, load } = bench();
  traffic.serve(load("1.0.0").loaded, 1000);
  traffic.serve(load("1.1.0").loaded, 1000);
  assertEquals([traffic.rollBack(), picked(traffic), released], [true, "1.0.0", ["1.1.0"]]);
});

Deno.test("startCanary() gives a version its share, evenly", () => {
  const { traffic, load } = bench();
  traffic.serve(load("1.0.0").loaded, 0);
  traffic.startCanary(load("1.1.0").loaded, 0.25);
  const all = Array.from({ length: 100 }, () => picked(traffic));
  assertEquals(all.filter((version) => version === "1.1.0").length, 25);
  assertEquals(all.slice(0, 4), ["1.0.0", "1.0.0", "1.0.0", "1.1.0"]);
});

Deno.test("startCanary() ends the canary before it, changes a share, and ends on request", () => {
  const { events, released, traffic, load } = bench();
  traffic.serve(load("1.0.0").loaded, 0);
  const canary = load("1.1.0").loaded;
  traffic.startCanary(canary, 0.25);
  traffic.startCanary(canary, 1);
  assertEquals([picked(traffic), released], ["1.1.0", []]);
  traffic.startCanary(load("1.2.0").loaded, 0.5);
  assertEquals(released, ["1.1.0"]);
  traffic.endCanary("asked for");
  assertEquals([released, picked(traffic)], [["1.1.0", "1.2.0"], "1.0.0"]);
  assertEquals(events.at(-1), "canary-ended 1.2.0");
});

Deno.test("observe() ends a canary that fails frames or is slower, and serving goes on", () => {
  for (const [ms, result] of [[10, FAILED], [100, fakeSegmentation()]] as const) {
    const { released, traffic, load } = bench();
    traffic.serve(load("1.0.0").loaded, 0);
    observe(traffic, 50);
    const canary = load("1.1.0").loaded;
    traffic.startCanary(canary, 0.5);
    for (let batch = 0; batch < 100; batch++) {
      const loaded = traffic.pick();
      const mine = loaded === canary;
      const results = [mine ? result : fakeSegmentation()];
      traffic.observe(loaded, { jobs: [fakeJob()], results, ms: mine ? ms : 10 });
    }
    assertEquals([released, traffic.canary, picked(traffic)], [
      ["1.1.0 failed"],
      undefined,
      "1.0.0",
    ]);
  }
});

Deno.test("observe() judges a canary by its inferences: each of a batch's images is a frame", () => {
  const job = { tensor: new Float32Array(24), batch: 4 };
  const { events, traffic, load } = bench();
  traffic.serve(load("1.0.0").loaded, 0);
  const canary = load("1.1.0").loaded;
  traffic.startCanary(canary, 0.5);
  const inference = { map: new Float32Array(8), runMs: 20 };
  for (let turn = 0; turn < 10; turn++) {
    traffic.observe(traffic.pick(), { jobs: [job], results: [inference], ms: 20 });
  }
  const { frames, errors, medianMs } = canary.window.stats();
  assertEquals([frames, errors, medianMs], [20, 0, 5]);
  for (let turn = 0; turn < 3; turn++) {
    traffic.observe(canary, { jobs: [job], results: [FAILED], ms: 20 });
  }
  assertEquals([events.at(-1), canary.window.stats().errors], ["canary-ended 1.1.0", 3]);
});

Deno.test("pick() leaves a canary whose lanes have ended", () => {
  const { released, traffic, load } = bench();
  traffic.serve(load("1.0.0").loaded, 0);
  const { deployment, loaded } = load("1.1.0");
  traffic.startCanary(loaded, 1);
  deployment.alive = false;
  assertEquals([picked(traffic), released], ["1.0.0", ["1.1.0 failed"]]);
});

Deno.test("serve() takes the canary over", () => {
  const { released, traffic, load } = bench();
  traffic.serve(load("1.0.0").loaded, 0);
  const { loaded } = load("1.1.0");
  traffic.startCanary(loaded, 0.5);
  traffic.serve(loaded, 1000);
  assertEquals([traffic.canary, picked(traffic), released], [undefined, "1.1.0", []]);
});

Deno.test("startShadow() mirrors the serving version, whichever that is, until it ends", () => {
  const { released, traffic, load } = bench();
  const [one, two] = [load("1.0.0").loaded, load("1.1.0").loaded];
  traffic.serve(one, 1000);
  const { deployment, loaded } = load("2.0.0");
  traffic.startShadow(loaded);
  assert(one.mirror);
  traffic.serve(two, 1000);
  assertEquals([one.mirror, typeof two.mirror], [undefined, "function"]);
  traffic.rollBack();
  assertEquals([typeof one.mirror, two.mirror], ["function", undefined]);
  deployment.alive = false;
  traffic.pick();
  assertEquals([one.mirror, released], [undefined, ["1.1.0", "2.0.0 failed"]]);
});

Deno.test("serve() of the shadow ends it as a shadow", () => {
  const { released, traffic, load } = bench();
  traffic.serve(load("1.0.0").loaded, 1000);
  const { loaded } = load("1.1.0");
  traffic.startShadow(loaded);
  traffic.serve(loaded, 1000);
  assertEquals([traffic.shadow, loaded.mirror, released], [undefined, undefined, []]);
});

Deno.test("stop() leaves no timer and picks nothing", () => {
  const { clock, traffic, load } = bench();
  traffic.serve(load("1.0.0").loaded, 1000);
  traffic.serve(load("1.1.0").loaded, 1000);
  traffic.stop();
  assertEquals(clock.pending, 0);
  assertThrows(() => traffic.pick(), UnavailableError);
});

Deno.test("a version that takes up a role again is judged by what it does then", () => {
  for (const again of ["serving", "canary"] as const) {
    const { traffic, load } = bench();
    const [one, two] = [load("1.0.0").loaded, load("1.1.0").loaded];
    traffic.serve(one, 0);
    observe(traffic, 5, 10, FAILED);
    traffic.serve(two, 0);
    if (again === "serving") traffic.serve(one, 1000);
    else traffic.startCanary(one, 1);
    observe(traffic, 16);
    assertEquals(picked(traffic), "1.0.0", again);
  }
});
