import { assertEquals, assertRejects } from "@std/assert";
import { PackageError } from "../../../models/package.ts";
import { ProviderError } from "../../../runtime/engine/provider.ts";
import { createLaneWorkers } from "../../../runtime/engine/lane_workers.ts";
import { LaneError } from "../../../runtime/engine/worker_channel.ts";
import { openWorkerLane } from "../../../runtime/engine/worker_lane.ts";
import { defective, openTiny } from "../../helpers/tiny_lane.ts";
import { tinyPackage } from "../../helpers/tiny_model.ts";

Deno.test("openWorkerLane() refuses a golden output that differs", async () => {
  const error = await assertRejects(() => openTiny("cpu", { goldenShift: 0.01 }), ProviderError);
  assertEquals([error.code, error.message.includes("max|Δ| 1.0e-2")], ["golden", true]);
});

Deno.test("openWorkerLane() refuses a package whose file is not the card's", async () => {
  const error = await assertRejects(
    () => openTiny("cpu", { sha256: "0".repeat(64) }),
    PackageError,
  );
  assertEquals(error.code, "sha256");
});

Deno.test("openWorkerLane() refuses a variant that the package lacks", async () => {
  await using tiny = await tinyPackage();
  const open = () => openWorkerLane({ packageDir: tiny.dir, provider: "cpu", variant: "int8" });
  assertEquals((await assertRejects(open, PackageError, "it has fp32")).code, "missing");
});

Deno.test("openWorkerLane() gives up after its time limit", async () => {
  await using tiny = await tinyPackage();
  const error = await assertRejects(
    () => openWorkerLane({ packageDir: tiny.dir, provider: "cpu", startTimeoutMs: 1 }),
    LaneError,
  );
  assertEquals(error.code, "start-timeout");
});

/** A Worker that never answers, and whether it has been ended. */
function silentWorkers() {
  const state = { taken: 0, ended: 0 };
  const workers = createLaneWorkers(1, () => {
    state.taken++;
    const worker = new Worker("data:text/javascript,onmessage=()=>{}", { type: "module" });
    const terminate = worker.terminate.bind(worker);
    worker.terminate = () => {
      state.ended++;
      terminate();
    };
    return worker;
  });
  return { workers, state };
}

Deno.test("openWorkerLane() ends a Worker that does not answer when the signal aborts", async () => {
  const { workers, state } = silentWorkers();
  const abort = new AbortController();
  const open = () =>
    openWorkerLane({ packageDir: "x", provider: "cpu", signal: abort.signal, workers });
  const opening = assertRejects(open, Error, "enough");
  assertEquals(state, { taken: 1, ended: 0 });
  abort.abort(new Error("enough"));
  assertEquals(state, { taken: 1, ended: 1 });
  await opening;
  await assertRejects(open, Error, "enough");
  assertEquals([state.taken, workers.spare], [1, 0]);
});

Deno.test("a lane that has opened does not look at the signal any more", async () => {
  await using tiny = await tinyPackage();
  const abort = new AbortController();
  await using lane = await openWorkerLane({
    ...{ packageDir: tiny.dir, provider: "cpu", threads: 1, signal: abort.signal },
  });
  abort.abort();
  assertEquals((await lane.segment(defective())).verdict, "defect");
});

Deno.test("lanes of other packages run one after the other in one Worker, on cpu", async () => {
  using workers = createLaneWorkers(1);
  for (const threshold of [0.5, 0.25]) {
    await using tiny = await tinyPackage();
    await using lane = await openWorkerLane({
      ...{ packageDir: tiny.dir, provider: "cpu", threads: 1, workers },
    });
    assertEquals(workers.spare, 0);
    await lane.setLevels({ threshold, minRegionScore: 0 });
    const closing = [lane.segment(defective()), lane[Symbol.asyncDispose]()] as const;
    assertEquals((await closing[0]).threshold, threshold);
    await closing[1];
    assertEquals([workers.spare, lane.alive, (await lane.ended).code], [1, false, "closed"]);
    await assertRejects(() => lane.segment(defective()), LaneError);
  }
  await using wasm = await openTiny("wasm", {}, workers);
  assertEquals(workers.spare, 0);
  await wasm.lane[Symbol.asyncDispose]();
  assertEquals(workers.spare, 0);
});

Deno.test("a Worker whose lane did not open is not kept", async () => {
  using workers = createLaneWorkers(1);
  await assertRejects(() => openTiny("cpu", { goldenShift: 0.01 }, workers), ProviderError);
  assertEquals(workers.spare, 0);
});
