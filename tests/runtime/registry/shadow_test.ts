import { assert, assertEquals, assertRejects } from "@std/assert";
import { createLoadedVersion } from "../../../runtime/registry/loaded_version.ts";
import { createShadow } from "../../../runtime/registry/shadow.ts";
import type { JobResult } from "../../../runtime/engine/deployment.ts";
import { fakeClock } from "../../helpers/fake_clock.ts";
import { fakeDeployment, fakeJob } from "../../helpers/fake_deployment.ts";
import { settled } from "../../helpers/fake_lane.ts";

function bench() {
  const clock = fakeClock();
  const [mine, other] = [fakeDeployment("1.0.0"), fakeDeployment("1.1.0")];
  const serving = createLoadedVersion(mine, 1, clock);
  const shadow = createShadow(createLoadedVersion(other, 1, clock), clock);
  serving.mirror = shadow.mirror;
  return { clock, mine, other, serving, shadow };
}

Deno.test("createShadow() shows each frame to both, the served one first", async () => {
  const { clock, mine, other, serving, shadow } = bench();
  const served = serving.run([fakeJob()]);
  await settled();
  assertEquals(other.batches.length, 0);
  clock.advance(10);
  await mine.answer();
  assert(!("map" in (await served)[0]!)); // nobody asked for it
  const [job] = other.batches[0]!;
  assertEquals([job?.want, job?.frame.width], [{ map: true }, 2]);
  clock.advance(30);
  await other.answer();
  const { frames, mapsCompared, maxMapDifference, latencyRatio } = shadow.report();
  assertEquals([frames, mapsCompared, maxMapDifference, latencyRatio], [1, 1, 0, 3]);
});

Deno.test("createShadow() leaves the map that was asked for", async () => {
  const { mine, serving } = bench();
  const served = serving.run([fakeJob({ map: true })]);
  await mine.answer();
  assertEquals(((await served)[0] as { map?: Uint8Array }).map?.length, 128);
});

Deno.test("createShadow() never delays a served frame: what comes while it is behind is skipped", async () => {
  const { mine, other, serving, shadow } = bench();
  const first = serving.run([fakeJob()]);
  const second = serving.run([fakeJob(), fakeJob()]);
  await mine.answer();
  await mine.answer();
  await Promise.all([first, second]);
  const third = serving.run([fakeJob()]);
  await mine.answer();
  await third;
  assertEquals([other.batches.length, shadow.report().skipped], [1, 3]);
  await other.answer();
  serving.run([fakeJob()]);
  await mine.answer();
  assertEquals(other.batches.length, 2);
});

Deno.test("createShadow() never fails a served frame", async () => {
  const { mine, other, serving, shadow } = bench();
  const served = serving.run([fakeJob()]);
  await mine.answer();
  await other.answer(new Error("the shadow crashed"));
  assertEquals(((await served) as JobResult[]).map((result) => result instanceof Error), [false]);
  assertEquals([shadow.report().failed, shadow.report().frames], [1, 0]);
});

Deno.test("createShadow() hands on that serving failed, and goes on", async () => {
  const { mine, other, serving } = bench();
  const served = assertRejects(() => serving.run([fakeJob()]), Error, "crashed");
  await mine.answer(new Error("crashed"));
  await served;
  assertEquals(other.batches.length, 0);
  serving.run([fakeJob()]);
  await mine.answer();
  assertEquals(other.batches.length, 1);
});

Deno.test("createShadow() skips batches that are too large to copy, and all when it has ended", async () => {
  const { mine, other, serving, shadow } = bench();
  const bytes = new Uint8Array(2 ** 24 + 1);
  serving.run([{ frame: { format: "encoded", bytes }, want: {} }]);
  await mine.answer();
  other.alive = false;
  serving.run([fakeJob()]);
  await mine.answer();
  assertEquals([other.batches.length, shadow.report().skipped], [0, 2]);
});
