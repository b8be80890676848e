import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import {
  type DeploymentOptions,
  type Job,
  openDeployment,
} from "../../../runtime/engine/deployment.ts";
import { createLaneWorkers } from "../../../runtime/engine/lane_workers.ts";
import { MAX_FAILED_RUNS } from "../../../runtime/engine/failed_runs.ts";
import { ProviderError } from "../../../runtime/engine/provider.ts";
import { LaneError } from "../../../runtime/engine/worker_channel.ts";
import { FrameError } from "../../../runtime/frame.ts";
import type { Segmentation } from "../../../runtime/reply.ts";
import { testIf } from "../../helpers/require.ts";
import { until } from "../../helpers/served_app.ts";
import {
  brittleGraph,
  TINY_HEIGHT,
  TINY_WIDTH,
  tinyInput,
  tinyPackage,
  tinyScores,
  writeTinyPackage,
} from "../../helpers/tiny_model.ts";
import { MAP_PARITY } from "../../tolerances.ts";

/** A frame of one grey; one of another width does not fit its bytes. */
function grey(value: number, width = TINY_WIDTH): Job {
  const bytes = new Uint8Array(TINY_WIDTH * TINY_HEIGHT).fill(value);
  return { frame: { format: "gray8", width, height: TINY_HEIGHT, bytes }, want: {} };
}

async function openTiny(options: Omit<DeploymentOptions, "packageDir">) {
  const tiny = await tinyPackage();
  const deployment = await openDeployment({ packageDir: tiny.dir, log() {}, ...options });
  return {
    deployment,
    async [Symbol.asyncDispose]() {
      await deployment[Symbol.asyncDispose]();
      await tiny[Symbol.asyncDispose]();
    },
  };
}

for (const provider of ["cpu", "wasm"] as const) {
  Deno.test(`openDeployment() on ${provider} answers batches on several lanes`, async () => {
    await using opened = await openTiny({ provider, lanes: 2, threads: 1 });
    const { deployment } = opened;
    assertEquals([deployment.lanes.length, deployment.alive], [2, true]);
    assertEquals([deployment.provider, deployment.card.name], [provider, "tiny"]);
    const batches = Promise.all([
      deployment.run([grey(255), grey(255, 3), grey(0)]),
      deployment.run([grey(0)]),
    ]);
    assertEquals([deployment.inFlight, deployment.lanes.map(({ busy }) => busy)], [2, [
      true,
      true,
    ]]);
    const [[first, broken, last], [alone]] = await batches as [Segmentation[], Segmentation[]];
    assertEquals([first, last, alone].map((result) => result!.verdict), ["defect", "ok", "ok"]);
    assert(broken instanceof FrameError && broken.code === "size-mismatch");
  });
}

await testIf("webgpu", "openDeployment() on webgpu has one lane, and shaders in it", async () => {
  const log: string[] = [];
  await using opened = await openTiny({
    ...{ provider: "webgpu", lanes: 2, log: (line) => log.push(line) },
  });
  const { deployment } = opened;
  assertEquals(deployment.lanes.length, 1);
  assert(log.some((line) => line.includes("shaders, reads")), log.join("\n"));
  await deployment.setLevels({ threshold: 0.25, minRegionScore: 1 });
  const [first, broken, last] = await deployment.run([grey(255), grey(255, 3), grey(0)]);
  assertEquals([first, last].map((result) => (result as Segmentation).threshold), [0.25, 0.25]);
  assert(broken instanceof FrameError);
});

Deno.test("openDeployment() has the decoder that is named in all lanes", async () => {
  const log: string[] = [];
  await using _opened = await openTiny({
    ...{ provider: "cpu", lanes: 1, threads: 1, decoder: "imagescript" },
    log: (line) => log.push(line),
  });
  assert(log.some((line) => line.includes("decoder imagescript")), log.join("\n"));
});

Deno.test("openDeployment() opens the lanes that the box gets when nobody says", async () => {
  const log: string[] = [];
  await using opened = await openTiny({ provider: "cpu", log: (line) => log.push(line) });
  assert(opened.deployment.lanes.length >= 1);
  assert(log.some((line) => line.startsWith("tiny 1.0.0 has ")), log.join("\n"));
});

Deno.test("openDeployment() is dead when it was disposed", async () => {
  const opened = await openTiny({ provider: "cpu", lanes: 1, threads: 1 });
  await opened[Symbol.asyncDispose]();
  assertEquals([opened.deployment.alive, opened.deployment.lanes], [false, []]);
});

Deno.test("openDeployment() refuses what no lane can run", async () => {
  await using tiny = await tinyPackage({ goldenShift: 0.1 });
  const open = () => openDeployment({ packageDir: tiny.dir, provider: "cpu", log() {} });
  assertEquals((await assertRejects(open, ProviderError)).code, "golden");
});

Deno.test("openDeployment() waits before it opens a lane, not beyond its signal", async () => {
  const abort = new AbortController();
  let started = 0;
  const workers = createLaneWorkers(0, () => {
    throw new Error(`started ${++started}`);
  });
  const opening = assertRejects(
    () =>
      openDeployment({
        ...{ packageDir: "x", provider: "cpu", variant: "fp32", log() {} },
        ...{ breathMs: 60_000, signal: abort.signal, workers },
      }),
    Error,
    "enough",
  );
  abort.abort(new Error("enough"));
  await opening;
  assertEquals(started, 0);
});

Deno.test("openDeployment() leaves no Worker when the signal aborts and one does not answer", async () => {
  await using tiny = await tinyPackage();
  const abort = new AbortController();
  const running = new Set<Worker>();
  const second = Promise.withResolvers<void>();
  using workers = createLaneWorkers(2, () => {
    const module = new URL("../../../runtime/engine/lane_worker.ts", import.meta.url);
    const silent = "data:text/javascript,onmessage=()=>{}";
    const worker = new Worker(running.size === 0 ? module : silent, { type: "module" });
    running.add(worker);
    if (running.size === 2) second.resolve();
    const terminate = worker.terminate.bind(worker);
    worker.terminate = () => {
      running.delete(worker);
      terminate();
    };
    return worker;
  });
  const opening = assertRejects(
    () =>
      openDeployment({
        ...{ packageDir: tiny.dir, provider: "cpu", lanes: 2, threads: 1, log() {} },
        ...{ signal: abort.signal, workers },
      }),
    Error,
    "enough",
  );
  await second.promise;
  assertEquals(running.size, 2);
  abort.abort(new Error("enough"));
  await opening;
  assertEquals([running.size, workers.spare], [1, 1]); // the first lane closed in good order
});

Deno.test("openDeployment() opens a lane anew that has ended", async () => {
  await using opened = await openTiny({
    ...{ provider: "cpu", lanes: 1, threads: 1, stallTimeoutMs: 1 },
  });
  const { deployment } = opened;
  const heavy = Array.from({ length: 40 }, (): Job => ({
    frame: { format: "gray8", width: 1000, height: 1000, bytes: new Uint8Array(1e6) },
    want: {},
  }));
  const error = await assertRejects(() => deployment.run(heavy), LaneError);
  assertEquals([error.code, deployment.lanes, deployment.alive], ["stalled", [], true]);
  await until(() => deployment.lanes.length === 1);
});

Deno.test("openDeployment() opens a lane anew whose session is broken for good", async () => {
  const log: string[] = [];
  const first = new Worker(new URL("../../helpers/failing_lane_worker.ts", import.meta.url), {
    type: "module",
  });
  const module = new URL("../../../runtime/engine/lane_worker.ts", import.meta.url);
  const started: Worker[] = [];
  const workers = createLaneWorkers(0, () => {
    started.push(started.length === 0 ? first : new Worker(module, { type: "module" }));
    return started.at(-1)!;
  });
  await using opened = await openTiny({
    ...{ provider: "cpu", lanes: 1, threads: 1, workers, log: (line) => log.push(line) },
  });
  const { deployment } = opened;
  const fails = async () => (await deployment.run([grey(255)]))[0] instanceof ProviderError;
  first.postMessage("break");
  while (!await fails()); // until it has heard
  for (let time = 1; time < MAX_FAILED_RUNS; time++) assert(await fails());
  await until(() => started.length === 2 && deployment.lanes.length === 1);
  assert(log.some((line) => line.endsWith("fp32 on cpu: CUDA error 700")), log.join("\n"));
  const [result] = await deployment.run([grey(255)]);
  assertEquals((result as Segmentation).verdict, "defect");
});

/** A deployment of one lane, whose Workers are counted and whose lane can be made to crash. */
async function crashable() {
  const tiny = await tinyPackage();
  const log: string[] = [];
  const started: Worker[] = [];
  const module = new URL("../../../runtime/engine/lane_worker.ts", import.meta.url);
  const workers = createLaneWorkers(0, () => {
    started.push(new Worker(module, { type: "module" }));
    return started.at(-1)!;
  });
  const deployment = await openDeployment({
    ...{ packageDir: tiny.dir, provider: "cpu", lanes: 1, threads: 1, workers },
    log: (line) => log.push(line),
  });
  return {
    ...{ dir: tiny.dir, card: tiny.card, deployment, log, started },
    crash: () => started.at(-1)!.onerror!(new ErrorEvent("error", { message: "out of luck" })),
    async [Symbol.asyncDispose]() {
      await deployment[Symbol.asyncDispose]();
      await tiny[Symbol.asyncDispose]();
    },
  };
}

Deno.test("openDeployment() opens a lane anew with the card that it serves by, and says what another would be", async () => {
  await using opened = await crashable();
  const { deployment, log, started, card } = opened;
  const changed = { ...card, threshold: 0.25, minRegionScore: 1 };
  await Deno.writeTextFile(join(opened.dir, "card.json"), JSON.stringify(changed));
  opened.crash();
  await until(() => started.length === 2 && deployment.lanes.length === 1);
  const [result] = await deployment.run([grey(255)]) as [Segmentation];
  assertEquals([result.threshold, result.minRegionScore, result.verdict], [0.5, 0, "defect"]);
  assertEquals(deployment.lanes[0]!.card, card);
  const words = "has another threshold, minRegionScore by now";
  assert(log.some((line) => line.includes(words)), log.join("\n"));
});

Deno.test("openDeployment() opens no lane of a package that was replaced", async () => {
  await using opened = await crashable();
  const { deployment, log, started } = opened;
  await writeTinyPackage(opened.dir, { graph: brittleGraph() });
  opened.crash();
  await until(() => log.some((line) => line.includes("beside the lanes that serve it")));
  assertEquals([started.length, deployment.lanes], [2, []]);
});

Deno.test("setLevels() changes what all lanes hold a map against", async () => {
  await using opened = await openTiny({ provider: "cpu", lanes: 2, threads: 1 });
  const { deployment } = opened;
  await deployment.setLevels({ threshold: 0.25, minRegionScore: 0.5 });
  const results = await Promise.all([grey(0), grey(0)].map((job) => deployment.run([job])));
  assertEquals(results.map(([result]) => (result as Segmentation).threshold), [0.25, 0.25]);
});

Deno.test("infer() runs the network on any of its lanes", async () => {
  await using opened = await openTiny({ provider: "cpu", lanes: 2, threads: 1 });
  const { deployment } = opened;
  const answers = [1, 2].map((batch) => {
    const tensor = Float32Array.from(tinyInput(batch));
    return {
      expected: tinyScores(tensor.slice(), batch),
      answer: deployment.infer({ tensor, batch }),
    };
  });
  assertEquals(deployment.inFlight, 2);
  for (const { expected, answer } of answers) {
    const { map } = await answer;
    assertEquals(map.length, expected.length);
    map.forEach((score, at) => assertAlmostEquals(score, expected[at]!, MAP_PARITY));
  }
});
