import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  createModelService,
  createModelTable,
  UnavailableError,
} from "../../../runtime/server/model_service.ts";
import { FAKE_CARD, fakeLane, settled } from "../../helpers/fake_lane.ts";

const frame = () => ({ format: "gray8", width: 1, height: 1, bytes: new Uint8Array(1) }) as const;
const signal = new AbortController().signal;
const service = (card = FAKE_CARD, maxWaiting = 2) =>
  createModelService({ card, maxWaiting, report: console.error });

Deno.test("createModelService() is loading, ready, failed, stopping", async () => {
  const loading = service();
  assertEquals(loading.state(), "loading");
  assertThrows(() => loading.describe(), UnavailableError, `"unet-small" 1.0.0 is loading`);
  assertThrows(() => loading.segment(frame(), {}, signal), UnavailableError, "is loading");
  const lane = fakeLane();
  loading.attach(lane);
  assertEquals(loading.state(), "ready");
  lane.alive = false;
  assertEquals(loading.state(), "failed");
  await loading.stop();
  assertEquals(loading.state(), "stopping");
});

Deno.test("createModelService() describes a model that is ready by its card", () => {
  const ready = service({ ...FAKE_CARD, threshold: 0.25, minRegionScore: 0.75 });
  ready.attach(fakeLane());
  const { name, version, threshold, minRegionScore } = ready.describe();
  assertEquals([name, version], [FAKE_CARD.name, FAKE_CARD.version]);
  assertEquals([threshold, minRegionScore], [0.25, 0.75]);
});

Deno.test("createModelService() runs requests one by one and bounds those that wait", async () => {
  const ready = service();
  const lane = fakeLane();
  ready.attach(lane);
  const results = [1, 2, 3].map(() => ready.segment(frame(), {}, signal));
  assertThrows(
    () => ready.segment(frame(), {}, signal),
    UnavailableError,
    "2 requests wait already",
  );
  assertEquals(lane.frames.length, 1);
  for (const _ of results) await lane.answer();
  assertEquals((await Promise.all(results)).length, 3);
});

Deno.test("createModelService() skips a request that was aborted while it waited", async () => {
  const ready = service();
  const lane = fakeLane();
  ready.attach(lane);
  const abort = new AbortController();
  const first = ready.segment(frame(), {}, signal);
  const second = ready.segment(frame(), {}, abort.signal);
  abort.abort(new Error("gone"));
  await lane.answer();
  await assertRejects(() => second, Error, "gone");
  assertEquals([(await first).verdict, lane.frames.length], ["defect", 1]);
});

Deno.test("createModelService() answers what waits before it stops", async () => {
  const ready = service();
  const lane = fakeLane();
  ready.attach(lane);
  const result = ready.segment(frame(), {}, signal);
  let stopped = false;
  const stop = ready.stop().then(() => stopped = true);
  await settled();
  assertEquals(stopped, false);
  await lane.answer();
  await stop;
  assertEquals((await result).verdict, "defect");
});

Deno.test("createModelTable() finds the newest version, or the named one", () => {
  const [old, next] = ["1.0.0", "1.1.0"].map((version) => service({ ...FAKE_CARD, version }));
  const table = createModelTable([old!, next!]);
  assertEquals(table.find("unet-small"), next);
  assertEquals(table.find("unet-small", "1.0.0"), old);
  assertEquals([table.find("other"), table.find("unet-small", "2.0.0")], [undefined, undefined]);
});
