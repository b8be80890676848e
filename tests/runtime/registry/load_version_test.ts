import { assertEquals, assertRejects } from "@std/assert";
import { PackageError } from "../../../models/package.ts";
import { ProviderError } from "../../../runtime/engine/provider.ts";
import { RegistryError } from "../../../runtime/registry/errors.ts";
import { type LoadOptions, loadVersion } from "../../../runtime/registry/load_version.ts";
import { fakeClock } from "../../helpers/fake_clock.ts";
import { type FakeDeployment, fakeDeployment } from "../../helpers/fake_deployment.ts";
import { settled } from "../../helpers/fake_lane.ts";

function bench(open: LoadOptions["open"], goodMs?: number) {
  const clock = fakeClock();
  const load = (verify = () => Promise.resolve("dir")) =>
    loadVersion({
      ...{ model: "tiny 1.1.0", verify, open, clock, timeoutMs: 1000 },
      ...(goodMs !== undefined && { goodMs }),
    });
  return { clock, load };
}

Deno.test("loadVersion() verifies, opens and times a version", async () => {
  const deployment = fakeDeployment("1.1.0");
  const dirs: string[] = [];
  const { clock, load } = bench((dir) => {
    dirs.push(dir);
    return Promise.resolve(deployment);
  });
  const loading = load();
  for (const ms of [50, 7, 3, 4, 9]) {
    await settled();
    clock.advance(ms);
    await deployment.answer();
  }
  const loaded = await loading;
  assertEquals([loaded.version, loaded.probeMs, dirs], ["1.1.0", 3, ["dir"]]);
  assertEquals([deployment.batches.length, clock.pending], [5, 0]);
  const [job] = deployment.batches[0]!;
  assertEquals([job?.frame.format, job?.frame.width, job?.frame.height], ["gray8", 16, 8]);
});

Deno.test("loadVersion() times no further frames once one was fast enough", async () => {
  const deployment = fakeDeployment("1.1.0");
  const { clock, load } = bench(() => Promise.resolve(deployment), 10);
  const loading = load();
  for (const ms of [11, 10]) {
    await settled();
    clock.advance(ms);
    await deployment.answer();
  }
  assertEquals([(await loading).probeMs, deployment.batches.length], [10, 2]);
});

Deno.test("loadVersion() ends the opening when its time is over", async () => {
  const given: AbortSignal[] = [];
  const { clock, load } = bench((_, signal) => {
    given.push(signal);
    return new Promise(() => {});
  });
  const refused = assertRejects(load, RegistryError);
  await settled();
  assertEquals(given[0]?.aborted, false);
  clock.advance(1000);
  assertEquals([await refused, given[0]?.aborted], [given[0]?.reason, true]);
});

Deno.test("loadVersion() opens nothing any more when verifying has taken all its time", async () => {
  let opened = 0;
  const { clock, load } = bench(() => Promise.reject(new Error(`opened ${++opened}`)));
  const verifying = Promise.withResolvers<string>();
  const refused = assertRejects(() => load(() => verifying.promise), RegistryError);
  await settled();
  clock.advance(1000);
  await refused;
  verifying.resolve("dir");
  await settled();
  assertEquals(opened, 0);
});

Deno.test("loadVersion() opens nothing that is not verified", async () => {
  const { clock, load } = bench(() => Promise.reject(new Error("opened")));
  const error = await assertRejects(
    () => load(() => Promise.reject(new PackageError("sha256", "wrong hash"))),
    RegistryError,
    "Cannot load tiny 1.1.0: wrong hash",
  );
  assertEquals([error.code, clock.pending], ["package-corrupt", 0]);
});

Deno.test("loadVersion() refuses what does not pass its golden check", async () => {
  const { load } = bench(() => Promise.reject(new ProviderError("golden", "max|Δ| 0.1")));
  assertEquals((await assertRejects(load, RegistryError)).code, "golden-mismatch");
});

Deno.test("loadVersion() frees a version that fails its first frame", async () => {
  const deployment = fakeDeployment("1.1.0", { auto: true, result: () => new Error("no memory") });
  const { load } = bench(() => Promise.resolve(deployment));
  assertEquals((await assertRejects(load, RegistryError, "no memory")).code, "load-failed");
  assertEquals(deployment.disposed, true);
});

Deno.test("loadVersion() gives up on a version that opens too slowly, and frees it when it comes", async () => {
  const opening = Promise.withResolvers<FakeDeployment>();
  const { clock, load } = bench(() => opening.promise);
  const refused = assertRejects(load, RegistryError, "it took longer than 1000 ms");
  await settled();
  clock.advance(1000);
  assertEquals((await refused).code, "load-timeout");
  const deployment = fakeDeployment("1.1.0", { auto: true });
  opening.resolve(deployment);
  await settled();
  assertEquals([deployment.disposed, deployment.batches.length], [true, 0]);
});

Deno.test("loadVersion() gives up on a version that runs too slowly, and frees it at once", async () => {
  const deployment = fakeDeployment("1.1.0");
  let disposed = false;
  deployment[Symbol.asyncDispose] = () => {
    disposed = true;
    return Promise.resolve();
  };
  const { clock, load } = bench(() => Promise.resolve(deployment));
  const refused = assertRejects(load, RegistryError);
  await settled();
  clock.advance(1000);
  assertEquals([(await refused).code, disposed], ["load-timeout", true]);
});
