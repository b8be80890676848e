import { join } from "@std/path";
import { assertEquals, assertLess, assertStringIncludes } from "@std/assert";
import { maxAbsDifference } from "../../models/package.ts";
import { readCheckpoint } from "../../trainer/checkpoint.ts";
import { createRun, type RunFolder } from "../../trainer/run_folder.ts";
import { train } from "../../trainer/train.ts";
import { testIf } from "../helpers/require.ts";
import { withTempDir } from "../helpers/temp_dir.ts";
import { RESUMED_WEIGHTS } from "../tolerances.ts";
import { testBackends } from "./backends.ts";
import { tinyConfig, writeTinyDataset } from "./tiny_dataset.ts";
import { logOf, never, stopAfter } from "./watched_run.ts";

await testIf(
  "tensorflow",
  "train() stops early when the validation part gets no better, and says so",
  () =>
    withTempDir(async (dir) => {
      await testBackends[0].use();
      await writeTinyDataset(join(dir, "data"));
      const still = { learningRate: 1e-5, evaluateEvery: 1, patience: 2, steps: 20 };
      const onePhase = { crop: 0, freezeAfter: 0 };
      const config = tinyConfig(join(dir, "data"), { ...still, ...onePhase });
      const run = await createRun(join(dir, "run"), config);
      const said: string[] = [];
      const ended = await train(run, never, (line) => said.push(line));
      assertEquals(ended, { step: 3, isStopped: false });
      assertEquals(said.length, 1);
      assertStringIncludes(said[0]!, "No better score in 2 validations");
      assertEquals((await readCheckpoint(run.last)).step, 3);
    }),
);

await testIf(
  "tensorflow",
  "train() goes on to whole images and frozen norms when windows make it no better, also when it is resumed",
  () =>
    withTempDir(async (dir) => {
      await testBackends[0].use();
      await writeTinyDataset(join(dir, "data"));
      const still = { learningRate: 1e-5, evaluateEvery: 1, patience: 2, steps: 20 };
      const phases = { cropUntil: 0.85, freezeAfter: 0.9, checkpointEvery: 50 };
      const config = tinyConfig(join(dir, "data"), { ...still, ...phases });
      const straight = await createRun(join(dir, "straight"), config);
      const said: string[] = [];
      const ended = await train(straight, never, (line) => said.push(line));
      assertEquals(ended, { step: 20, isStopped: false });
      assertEquals(said.length, 1);
      assertStringIncludes(said[0]!, "No better score in 2 validations");
      assertStringIncludes(said[0]!, "goes on at step 17");
      const steps = async (run: RunFolder) =>
        (await logOf(run)).filter(({ kind }) => kind === "step").map(({ step }) => step);
      assertEquals(await steps(straight), [1, 2, 3, 18, 19, 20]);

      const stopped = await createRun(join(dir, "stopped"), config);
      for (const after of [2, 3, 4]) await train(stopped, stopAfter(after, stopped), () => {});
      await train(stopped, never, () => {});
      assertEquals(await steps(stopped), await steps(straight));
      const [a, b] = [await readCheckpoint(straight.last), await readCheckpoint(stopped.last)];
      assertEquals([a.skipped, b.skipped], [14, 14]);
      for (const [name, { data }] of a.tensors) {
        const other = b.tensors.get(name)!.data as Float32Array;
        assertLess(maxAbsDifference(data as Float32Array, other), RESUMED_WEIGHTS, name);
      }
    }),
);
