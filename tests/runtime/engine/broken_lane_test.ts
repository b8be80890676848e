import { assert, assertEquals, assertRejects } from "@std/assert";
import { ProviderError } from "../../../runtime/engine/provider.ts";
import { createLaneWorkers, type LaneWorkers } from "../../../runtime/engine/lane_workers.ts";
import { MAX_FAILED_RUNS } from "../../../runtime/engine/failed_runs.ts";
import { openWorkerLane } from "../../../runtime/engine/worker_lane.ts";
import type { Segmentation } from "../../../runtime/reply.ts";
import { testIf } from "../../helpers/require.ts";
import { brittleGraph, TINY_HEIGHT, TINY_WIDTH, tinyPackage } from "../../helpers/tiny_model.ts";
import { defective, frameOf, openTiny } from "../../helpers/tiny_lane.ts";

/**
 * Workers whose lane answers frames and inputs as `answers` says, in turn, and for ever as its last: "ok", "run" (the run
 * fails) or "frame" (the frame cannot be read). Measuring it fails while `broken`.
 */
function scriptedWorkers(answers: readonly ("ok" | "run" | "frame")[], broken: boolean) {
  const code = `
    const answers = ${JSON.stringify(answers)};
    const errors = {
      run: { name: "ProviderError", code: "run", message: "the context is destroyed" },
      frame: { name: "FrameError", code: "corrupt", message: "no picture" },
    };
    const answer = (id, value) => postMessage({ id, ok: true, value });
    const refuse = (id, error) => postMessage({ id, ok: false, error });
    onmessage = ({ data: { id, kind } }) => {
      if (kind === "open") return answer(id, { card: {}, info: {}, golden: {}, notes: [] });
      if (kind === "close") return answer(id);
      if (kind === "measure") return ${broken} ? refuse(id, errors.run) : answer(id, 1);
      const error = errors[answers.length > 1 ? answers.shift() : answers[0]];
      if (kind === "infer") return error ? refuse(id, error) : answer(id, {});
      const result = error ? { ok: false, error } : { ok: true, value: {} };
      answer(id, { results: [result], buffers: [] });
    };`;
  const url = `data:text/javascript,${encodeURIComponent(code)}`;
  return createLaneWorkers(0, () => new Worker(url, { type: "module" }));
}

const openScripted = (workers: LaneWorkers) =>
  openWorkerLane({ packageDir: "models/x", provider: "cpu", workers });

Deno.test("a lane whose runs fail, and that of a grey frame too, ends and says why", async () => {
  const lane = await openScripted(scriptedWorkers(["ok", "run"], true));
  await lane.segment(defective());
  const failures = [
    () => lane.segment(defective()),
    () => lane.infer({ tensor: new Float32Array(3), batch: 1 }),
    () => lane.segment(defective()),
  ];
  for (const fail of failures) {
    assert(lane.alive);
    assertEquals((await assertRejects(fail, ProviderError)).code, "run");
  }
  const reason = await lane.ended;
  assertEquals([reason.code, lane.alive], ["crashed", false]);
  assertEquals(
    reason.message,
    "Lane of models/x fp32 on cpu is broken: 3 runs failed in a row, and that of a grey frame too: " +
      "the context is destroyed",
  );
  await lane[Symbol.asyncDispose]();
});

Deno.test("a lane stays whose runs fail but for a grey frame's, or whose frames cannot be read", async () => {
  for (const [answer, broken] of [["run", false], ["frame", true]] as const) {
    const lane = await openScripted(scriptedWorkers([answer], broken));
    for (let time = 0; time < 10; time++) {
      await assertRejects(() => lane.segment(defective()), Error);
    }
    await lane.measure(1).catch(() => {});
    assert(lane.alive, answer);
    await lane[Symbol.asyncDispose]();
  }
});

for (const provider of ["cpu", "wasm", "webgpu"] as const) {
  await testIf(
    provider === "webgpu" ? provider : [],
    `segment() on ${provider} fails where the network gives no number, and judges the other frames`,
    async () => {
      await using opened = await openTiny(provider, { graph: brittleGraph() });
      const { lane } = opened;
      for (let time = 0; time <= MAX_FAILED_RUNS; time++) {
        const error = await assertRejects(() => lane.segment(defective()), ProviderError);
        assertEquals(error.code, "run");
        assert(error.message.includes("NaN or infinite"), error.message);
      }
      const [good, bad] = await lane.run(
        [frameOf(() => 200), defective()].map((frame) => ({ frame, want: {} })),
      );
      assertEquals((good as Segmentation).verdict, "defect");
      assert(bad instanceof ProviderError);
      const white = { tensor: new Float32Array(3 * TINY_WIDTH * TINY_HEIGHT).fill(1), batch: 1 };
      await assertRejects(() => lane.infer(white), ProviderError, "NaN or infinite");
      assert(lane.alive);
    },
  );
}

for (const [kind, shaders] of [["", true], [" without shaders", false]] as const) {
  await testIf(
    "webgpu",
    `a lane${kind} ends when its GPU is lost, asked for a frame or not`,
    async () => {
      await using tiny = await tinyPackage();
      const url = new URL("../../helpers/failing_lane_worker.ts", import.meta.url);
      const worker = new Worker(url, { type: "module" });
      const lane = await openWorkerLane({
        ...{ packageDir: tiny.dir, provider: "webgpu", shaders },
        workers: createLaneWorkers(0, () => worker),
      });
      assertEquals((await lane.segment(defective())).verdict, "defect");
      worker.postMessage("lose");
      const { code, message } = await lane.ended;
      assertEquals([code, lane.alive], ["crashed", false]);
      assert(message.includes("the GPU is lost: device was lost"), message);
    },
  );
}
