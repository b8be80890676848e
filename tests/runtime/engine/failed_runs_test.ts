import { assertEquals } from "@std/assert";
import { MAX_FAILED_RUNS, watchRuns } from "../../../runtime/engine/failed_runs.ts";
import { ProviderError } from "../../../runtime/engine/provider.ts";
import { FrameError } from "../../../runtime/frame.ts";
import { fakeSegmentation, settled } from "../../helpers/fake_lane.ts";

const failed = new ProviderError("run", "out of memory");
const refused = new FrameError("corrupt", "no picture");
const answer = fakeSegmentation();

/** A watch whose trials end as the test says. */
function bench() {
  const trials: PromiseWithResolvers<void>[] = [];
  const broken: Error[] = [];
  const observe = watchRuns(() => {
    const trial = Promise.withResolvers<void>();
    trials.push(trial);
    return trial.promise;
  }, (error) => broken.push(error));
  const fail = (times: number) => {
    for (let time = 0; time < times; time++) observe([failed]);
  };
  return { trials, broken, observe, fail };
}

Deno.test("watchRuns() tries a session when runs have failed in a row, and says when that fails too", async () => {
  const { trials, broken, fail } = bench();
  fail(MAX_FAILED_RUNS - 1);
  assertEquals(trials.length, 0);
  fail(1);
  assertEquals(trials.length, 1);
  fail(2 * MAX_FAILED_RUNS); // while it is being tried
  assertEquals([trials.length, broken], [1, []]);
  trials[0]!.reject(failed);
  await settled();
  assertEquals(broken, [failed]);
});

Deno.test("watchRuns() leaves a session alone that can be used, and tries it again at the next row", async () => {
  const { trials, broken, fail } = bench();
  fail(MAX_FAILED_RUNS);
  trials[0]!.resolve();
  await settled();
  fail(MAX_FAILED_RUNS - 1);
  assertEquals(trials.length, 1);
  fail(1);
  assertEquals([trials.length, broken], [2, []]);
});

Deno.test("watchRuns() counts from the last answer, which one frame of a batch may have", () => {
  const { trials, observe, fail } = bench();
  for (const good of [[answer], [failed, answer], [{ map: new Float32Array(1), runMs: 1 }]]) {
    fail(MAX_FAILED_RUNS - 1);
    observe(good);
  }
  assertEquals(trials.length, 0);
});

Deno.test("watchRuns() counts a batch once, and no frame that cannot be read", () => {
  const { trials, observe } = bench();
  const others = [refused, new RangeError("of ours"), new ProviderError("golden", "off")];
  for (const error of others) {
    for (let time = 0; time < MAX_FAILED_RUNS; time++) observe([error]);
  }
  for (let time = 1; time < MAX_FAILED_RUNS; time++) {
    observe([failed, failed, refused]);
    observe([refused]);
  }
  assertEquals(trials.length, 0);
  observe([refused, failed]);
  assertEquals(trials.length, 1);
});
