import { assertEquals, assertRejects } from "@std/assert";
import { createLoadedVersion, DRAIN_MS } from "../../../runtime/registry/loaded_version.ts";
import { fakeClock } from "../../helpers/fake_clock.ts";
import { fakeDeployment, fakeJob } from "../../helpers/fake_deployment.ts";
import { settled } from "../../helpers/fake_lane.ts";

function load(version = "1.0.0") {
  const [clock, deployment] = [fakeClock(), fakeDeployment(version)];
  return { clock, deployment, loaded: createLoadedVersion(deployment, 5, clock) };
}

Deno.test("createLoadedVersion() is the deployment that it holds", () => {
  const { deployment, loaded } = load();
  assertEquals([loaded.version, loaded.provider, loaded.probeMs], ["1.0.0", "cpu", 5]);
  assertEquals([loaded.alive, loaded.lanes], [true, deployment.lanes]);
  deployment.alive = false;
  assertEquals(loaded.alive, false);
});

Deno.test("retire() finishes the batches that run, then frees the lanes, once", async () => {
  const { clock, deployment, loaded } = load();
  const batch = loaded.run([fakeJob()]);
  const retired = loaded.retire();
  assertEquals(loaded.retire(), retired);
  await settled();
  assertEquals([deployment.disposed, loaded.inFlight], [false, 1]);
  await deployment.answer();
  await retired;
  assertEquals([deployment.disposed, (await batch).length, clock.pending], [true, 1, 0]);
});

Deno.test("retire() waits for a batch that fails, too", async () => {
  const { deployment, loaded } = load();
  const batch = assertRejects(() => loaded.run([fakeJob()]), Error, "crashed");
  const retired = loaded.retire();
  await deployment.answer(new Error("crashed"));
  await Promise.all([batch, retired]);
  assertEquals(deployment.disposed, true);
});

Deno.test("retire() waits for an inference, which passes the mirror by", async () => {
  const { deployment, loaded } = load();
  const gate = Promise.withResolvers<{ map: Float32Array<ArrayBuffer>; runMs: number }>();
  deployment.infer = () => gate.promise;
  loaded.mirror = () => Promise.reject(new Error("no frame came"));
  const inferred = loaded.infer({ tensor: new Float32Array(6), batch: 1 });
  const retired = loaded.retire();
  await settled();
  assertEquals(deployment.disposed, false);
  gate.resolve({ map: new Float32Array(2), runMs: 1 });
  assertEquals((await inferred).map.length, 2);
  await retired;
  assertEquals(deployment.disposed, true);
});

Deno.test("retire() does not wait for ever", async () => {
  const { clock, deployment, loaded } = load();
  loaded.run([fakeJob()]);
  let disposed = false;
  deployment[Symbol.asyncDispose] = () => {
    disposed = true;
    return Promise.resolve();
  };
  const retired = loaded.retire();
  clock.advance(DRAIN_MS - 1);
  await settled();
  assertEquals(disposed, false);
  clock.advance(1);
  await retired;
  assertEquals(disposed, true);
});

Deno.test("setLevels() changes the lanes and what the card says", async () => {
  const { deployment, loaded } = load();
  const levels = { threshold: 0.25, minRegionScore: 0.5 };
  await loaded.setLevels(levels);
  assertEquals(deployment.levels, [levels]);
  assertEquals([loaded.card.threshold, loaded.card.minRegionScore], [0.25, 0.5]);
});

Deno.test("a mirror stands around the runs", async () => {
  const { deployment, loaded } = load();
  loaded.mirror = async (jobs, run) => (await run([...jobs, fakeJob()])).slice(0, 1);
  const results = loaded.run([fakeJob()]);
  await deployment.answer();
  assertEquals([(await results).length, deployment.batches[0]?.length], [1, 2]);
});
