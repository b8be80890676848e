import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { createRandom } from "../../../models/random.ts";
import { RegistryError, type RegistryErrorCode } from "../../../runtime/registry/errors.ts";
import { UnavailableError } from "../../../runtime/server/model_service.ts";
import { fakeJob } from "../../helpers/fake_deployment.ts";
import { settled } from "../../helpers/fake_lane.ts";
import { type FakeRegistry, fakeRegistry } from "../../helpers/fake_registry.ts";

async function refuses(action: () => Promise<unknown>, code: RegistryErrorCode, says = "") {
  assertEquals((await assertRejects(action, RegistryError, says)).code, code);
}

const states = async ({ model }: FakeRegistry) =>
  Object.fromEntries((await model.versions()).map(({ version, state }) => [version, state]));
const kinds = ({ events }: FakeRegistry) => events.map(({ kind, version }) => `${kind} ${version}`);

Deno.test("switchTo() loads, then switches; the version before serves until then", async () => {
  const registry = fakeRegistry();
  const { model, gates, deployment, clock } = registry;
  await model.switchTo("1.0.0");
  const gate = Promise.withResolvers<void>();
  gates.set("1.1.0", gate.promise);
  const switching = model.switchTo("1.1.0");
  await settled();
  assertEquals((await states(registry))["1.1.0"], "loading");
  assertEquals(model.traffic.pick().card.version, "1.0.0");
  gate.resolve();
  await switching;
  assertEquals(model.traffic.pick().card.version, "1.1.0");
  assertEquals(await states(registry), {
    ...{ "1.0.0": "previous", "1.1.0": "serving", "1.2.0": "available" },
    ...{ "2.0.0": "available", "3.0.0": "available" },
  });
  clock.advance(60_000);
  await settled();
  assertEquals(deployment("1.0.0").disposed, true);
  assertEquals(kinds(registry), [
    ...["loaded 1.0.0", "switched 1.0.0", "loaded 1.1.0", "switched 1.1.0"],
    ...["confirmed 1.1.0", "unloaded 1.0.0"],
  ]);
});

Deno.test("switchTo() the version that serves does nothing", async () => {
  const registry = fakeRegistry();
  await registry.model.switchTo("1.0.0");
  await registry.model.switchTo("1.0.0");
  assertEquals([registry.opened.length, registry.events.length], [1, 2]);
});

Deno.test("switchTo() refuses a version that does not load, with the reason, while the old one serves", async () => {
  const registry = fakeRegistry();
  const { model, errors, events } = registry;
  await model.switchTo("1.0.0");
  for (const code of ["package-corrupt", "golden-mismatch", "load-timeout"] as const) {
    errors.set("1.1.0", new RegistryError(code, `it is ${code}`));
    await refuses(() => model.switchTo("1.1.0"), code, `it is ${code}`);
    assertEquals(model.traffic.pick().card.version, "1.0.0");
    const { kind, version, reason } = events.at(-1)!;
    assertEquals([kind, version, events.at(-1)?.code, reason], [
      ...["refused", "1.1.0", code, `it is ${code}`],
    ]);
    const state = (await model.versions()).find(({ version }) => version === "1.1.0");
    assertEquals([state?.state, state?.refusal?.code], ["refused", code]);
  }
  errors.delete("1.1.0");
  await model.switchTo("1.1.0");
  assertEquals((await model.versions())[1]?.refusal, undefined);
});

Deno.test("switchTo() refuses a version that is many times slower unless it is forced", async () => {
  const registry = fakeRegistry();
  const { model, probes, deployment } = registry;
  await model.switchTo("1.0.0");
  probes.set("1.1.0", 1000);
  await refuses(() => model.switchTo("1.1.0"), "too-slow");
  await settled();
  assertEquals([deployment("1.1.0").disposed, model.traffic.pick().card.version], [true, "1.0.0"]);
  await model.switchTo("1.1.0", { force: true });
  assertEquals(model.traffic.pick().card.version, "1.1.0");
});

Deno.test("a refused slow version that was loaded by name stays loaded", async () => {
  const { model, probes, deployment } = fakeRegistry();
  await model.switchTo("1.0.0");
  probes.set("1.1.0", 1000);
  await model.load("1.1.0");
  await refuses(() => model.switchTo("1.1.0"), "too-slow");
  assertEquals([deployment("1.1.0").disposed, model.router("1.1.0").slots], [false, 1]);
});

Deno.test("router() of a version has the capacity of its lanes as slots", async () => {
  const { model } = fakeRegistry({ auto: true, lanes: 2, capacity: 2 });
  await model.load("1.1.0");
  assertEquals(model.router("1.1.0").slots, 4);
});

Deno.test("load() makes a version answer by its name until unload()", async () => {
  const registry = fakeRegistry();
  const { model, deployment } = registry;
  await model.switchTo("1.0.0");
  const router = model.router("1.1.0");
  assertEquals([router.serving, router.slots], [undefined, 0]);
  await model.load("1.1.0");
  assertEquals([router.pick().card.version, router.slots], ["1.1.0", 1]);
  assertEquals((await states(registry))["1.1.0"], "loaded");
  await refuses(() => model.unload("1.0.0"), "in-use", "it is serving");
  await refuses(() => model.unload("1.2.0"), "not-loaded");
  await model.unload("1.1.0");
  await settled();
  assertEquals(deployment("1.1.0").disposed, true);
  assertThrows(() => router.pick(), UnavailableError, "is not loaded");
  await model.load("1.1.0");
  assertEquals(router.pick(), router.serving);
});

Deno.test("a version loaded by name stays when it has served", async () => {
  const { model, clock, deployment } = fakeRegistry();
  await model.load("1.0.0");
  await model.switchTo("1.0.0");
  await model.switchTo("1.1.0");
  clock.advance(60_000);
  await settled();
  assertEquals([deployment("1.0.0").disposed, model.router("1.0.0").slots], [false, 1]);
});

Deno.test("load() opens a version anew whose lanes have ended", async () => {
  const { model, opened, deployment } = fakeRegistry();
  await model.load("1.0.0");
  deployment("1.0.0").alive = false;
  await model.load("1.0.0");
  assertEquals([opened.length, opened[0]?.disposed, model.router("1.0.0").pick().alive], [
    ...[2, true, true],
  ]);
});

Deno.test("load() refuses more versions than may be in memory", async () => {
  const { model } = fakeRegistry();
  for (const version of ["1.0.0", "1.1.0", "1.2.0", "2.0.0"]) await model.load(version);
  await refuses(() => model.load("3.0.0"), "too-many-versions", "1.0.0, 1.1.0, 1.2.0, 2.0.0");
  await model.unload("1.1.0");
  await model.load("3.0.0");
});

Deno.test("a canary and a shadow need a serving version, and a version of their own", async () => {
  const { model } = fakeRegistry();
  await refuses(() => model.startCanary("1.1.0", 0.5), "nothing-serves");
  await refuses(() => model.startShadow("1.1.0"), "nothing-serves");
  await model.switchTo("1.0.0");
  await refuses(() => model.startCanary("1.0.0", 0.5), "in-use", "it is serving");
  await model.startCanary("1.1.0", 0.5);
  await model.startCanary("1.1.0", 0.75);
  await refuses(() => model.startShadow("1.1.0"), "in-use", "it is canary");
  await model.startShadow("1.2.0");
  const seen = await model.versions();
  assertEquals(seen[1]?.share, 0.75);
  assertEquals(seen[2]?.report?.frames, 0);
  await model.endCanary();
  await model.endShadow();
  await settled();
  assertEquals(seen.map(({ state }) => state).slice(0, 3), ["serving", "canary", "shadow"]);
  assertEquals((await model.versions()).map(({ state }) => state).slice(0, 3), [
    ...["serving", "available", "available"],
  ]);
});

Deno.test("rollBack() needs no loading while the version before is warm, else loads it", async () => {
  const registry = fakeRegistry();
  const { model, clock, opened } = registry;
  await model.switchTo("1.0.0");
  await refuses(() => model.rollBack(), "no-previous");
  await model.switchTo("1.1.0");
  await model.rollBack();
  assertEquals([opened.length, model.traffic.pick().card.version], [2, "1.0.0"]);
  await refuses(() => model.rollBack(), "no-previous");
  await model.switchTo("1.1.0");
  clock.advance(60_000);
  await model.rollBack();
  assertEquals([opened.length, model.traffic.pick().card.version], [4, "1.0.0"]);
  assertEquals(registry.events.filter(({ kind }) => kind === "rolled-back").length, 2);
});

Deno.test("rollBack() by itself keeps a failing version nowhere, even if it was loaded by name", async () => {
  const { model, deployment } = fakeRegistry();
  await model.switchTo("1.0.0");
  await model.load("1.1.0");
  await model.switchTo("1.1.0");
  for (let frame = 0; frame < 3; frame++) {
    const results = [new Error("run failed")];
    model.traffic.observe(model.traffic.pick(), { jobs: [fakeJob()], results, ms: 1 });
  }
  await settled();
  assertEquals([model.traffic.pick().card.version, deployment("1.1.0").disposed], ["1.0.0", true]);
});

Deno.test("setLevels() changes the serving version, and says what holds now", async () => {
  const { model, deployment } = fakeRegistry();
  await refuses(() => model.setLevels({ threshold: 0.3 }), "nothing-serves");
  await model.switchTo("1.0.0");
  const levels = { threshold: 0.2, minRegionScore: 0.6 };
  assertEquals(await model.setLevels(levels), levels);
  const next = { threshold: 0.3, minRegionScore: 0.6 };
  assertEquals(await model.setLevels({ threshold: 0.3 }), next);
  assertEquals(deployment("1.0.0").levels, [levels, next]);
  assertEquals((await model.versions())[0]?.threshold, 0.3);
});

Deno.test("operations on a model wait for each other, and not without bound", async () => {
  const { model, gates, opened } = fakeRegistry();
  const gate = Promise.withResolvers<void>();
  gates.set("1.0.0", gate.promise);
  const first = model.switchTo("1.0.0");
  const others = Array.from({ length: 8 }, () => model.switchTo("1.1.0"));
  await settled();
  assertEquals(opened.length, 0);
  await refuses(() => model.load("1.2.0"), "too-many-operations");
  gate.resolve();
  await Promise.all([first, ...others]);
  assertEquals([opened.length, model.traffic.pick().card.version], [2, "1.1.0"]);
});

Deno.test("stop() frees all versions when their batches are done, and refuses what comes", async () => {
  const registry = fakeRegistry({ auto: false });
  const { model, opened, deployment } = registry;
  await model.switchTo("1.0.0");
  await model.switchTo("1.1.0");
  await model.load("1.2.0");
  const batch = model.traffic.pick().run([fakeJob()]);
  const stopped = model.stop();
  await settled();
  assertEquals(opened.map(({ disposed }) => disposed), [true, false, true]);
  await deployment("1.1.0").answer();
  await stopped;
  assertEquals([(await batch).length, registry.clock.pending], [1, 0]);
  assert(opened.every(({ disposed }) => disposed));
  await refuses(() => model.load("1.0.0"), "stopping");
});

Deno.test("1000 swaps under random load lose no frame and leave nothing open", async () => {
  const registry = fakeRegistry({ auto: false });
  const { model, clock, opened, folder } = registry;
  const random = createRandom(7);
  const running = new Set<Promise<void>>();
  let [sent, done] = [0, 0];

  const send = () => {
    const jobs = Array.from({ length: 1 + random.int(4) }, () => fakeJob());
    sent += jobs.length;
    const deployment = model.traffic.pick();
    const batch = deployment.run(jobs).then((results) => {
      assert(results.every((result) => !(result instanceof Error)));
      done += results.length;
      model.traffic.observe(deployment, { jobs, results, ms: 1 });
    });
    running.add(batch);
    batch.finally(() => running.delete(batch));
  };
  const answerSome = async (share: number) => {
    for (const deployment of opened) {
      while (deployment.inFlight > 0 && random.next() < share) await deployment.answer();
    }
  };

  await model.switchTo("1.0.0");
  for (let swap = 0; swap < 1000; swap++) {
    const version = folder[random.int(folder.length)]!;
    const watchMs = random.int(3) * 10;
    const step = random.int(10);
    const swapped = step === 0
      ? model.rollBack().catch(() => {})
      : model.switchTo(version, { watchMs });
    if (step === 1) model.startCanary(folder[random.int(5)]!, random.next()).catch(() => {});
    if (step === 2) model.startShadow(folder[random.int(5)]!).catch(() => {});
    if (step === 3) model.endCanary();
    if (step === 4) model.endShadow();
    for (let turn = random.int(6); turn > 0; turn--) {
      send();
      await answerSome(0.6);
      clock.advance(random.int(5));
    }
    await swapped.catch((error) => assertEquals(error.code, "too-many-versions"));
    assert(opened.filter(({ disposed, inFlight }) => !disposed && inFlight === 0).length <= 4);
  }
  const stopped = model.stop();
  while (running.size > 0) await answerSome(1);
  await answerSome(1); // the shadow's
  await stopped;
  assertEquals([done, clock.pending], [sent, 0]);
  assert(sent > 2000 && opened.length > 300, `${sent} frames, ${opened.length} deployments`);
  assert(opened.every(({ disposed, inFlight }) => disposed && inFlight === 0));
});
