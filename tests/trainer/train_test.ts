import { join } from "@std/path";
import { assertEquals, assertLess, assertRejects } from "@std/assert";
import { exists } from "../../models/files.ts";
import { maxAbsDifference } from "../../models/package.ts";
import { readCheckpoint } from "../../trainer/checkpoint.ts";
import type { TrainConfig } from "../../trainer/config.ts";
import { parseObjective } from "../../trainer/losses/parse_objective.ts";
import { createRun, openRun } from "../../trainer/run_folder.ts";
import { DivergedError, train } from "../../trainer/train.ts";
import { testIf } from "../helpers/require.ts";
import { withTempDir } from "../helpers/temp_dir.ts";
import { RESUMED_WEIGHTS } from "../tolerances.ts";
import { testBackends } from "./backends.ts";
import { writeSafetensors } from "../../models/safetensors.ts";
import { readEncoder, readPinnedEncoder } from "../../trainer/pretrained/encoder_file.ts";
import { timmVit } from "./pretrained/published.ts";
import { TINY_SIZE, tinyConfig, writeTinyDataset } from "./tiny_dataset.ts";
import { logOf, never, stopAfter } from "./watched_run.ts";

for (const { capability, use } of testBackends) {
  await testIf(
    capability,
    `train() takes every step, logs and checkpoints on ${capability}`,
    () =>
      withTempDir(async (dir) => {
        await use();
        await writeTinyDataset(join(dir, "data"));
        const short = { steps: 4, evaluateEvery: 2, evaluateImages: 1 };
        const run = await createRun(join(dir, "run"), tinyConfig(join(dir, "data"), short));
        assertEquals(await train(run, never), { step: 4, isStopped: false });
        const lines = await logOf(run);
        const stepsOf = (kind: string) =>
          lines.filter((line) => line.kind === kind).map(({ step }) => step);
        assertEquals([stepsOf("step"), stepsOf("evaluation")], [[1, 2, 3, 4], [2, 4]]);
        assertEquals((await readCheckpoint(run.last)).step, 4);
        assertEquals([2, 4].includes((await readCheckpoint(run.best)).step), true);
        const files = (await Array.fromAsync(Deno.readDir(run.dir))).map(({ name }) => name);
        assertEquals(files.filter((name) => name.startsWith("events.out.tfevents.")).length, 1);
      }),
  );
}

await testIf(
  "tensorflow",
  "train() finds the spots after some steps",
  () =>
    withTempDir(async (dir) => {
      await testBackends[0].use();
      await writeTinyDataset(join(dir, "data"), 10, 20);
      const config = tinyConfig(join(dir, "data"), { steps: 40, batch: 4, evaluateEvery: 40 });
      const run = await createRun(join(dir, "run"), config);
      await train(run, never);
      const log = await logOf(run);
      assertLess(0.5, log.find(({ kind }) => kind === "evaluation")!.iouImage);
      const losses = log.filter(({ kind }) => kind === "step").map(({ loss }) => loss);
      assertLess(losses.at(-1)!, 0.7 * losses[0]!);
    }),
);

await testIf(
  "tensorflow",
  "train() stopped and resumed equals train() uninterrupted",
  () =>
    withTempDir(async (dir) => {
      await testBackends[0].use();
      await writeTinyDataset(join(dir, "data"));
      const config = tinyConfig(join(dir, "data"), { steps: 8, checkpointEvery: 3 });
      const straight = await createRun(join(dir, "straight"), config);
      await train(straight, never);

      const stopped = await createRun(join(dir, "stopped"), config);
      assertEquals(await train(stopped, stopAfter(5, stopped)), { step: 5, isStopped: true });
      assertEquals((await readCheckpoint(stopped.last)).step, 5);
      assertEquals((await train(await openRun(stopped.dir), never)).step, 8);

      const [a, b] = [await readCheckpoint(straight.last), await readCheckpoint(stopped.last)];
      assertEquals([b.step, [...b.tensors.keys()]], [a.step, [...a.tensors.keys()]]);
      for (const [name, { data }] of a.tensors) {
        const other = b.tensors.get(name)!.data as Float32Array;
        assertLess(maxAbsDifference(data as Float32Array, other), RESUMED_WEIGHTS, name);
      }
      const [expected, losses] = [await logOf(straight), await logOf(stopped)];
      assertEquals(losses.map(({ kind, step }) => [kind, step]), [
        ...expected.map(({ kind, step }) => [kind, step]),
      ]);
    }),
);

await testIf(
  "tensorflow",
  "train() resumes from the last checkpoint of a killed run",
  () =>
    withTempDir(async (dir) => {
      await testBackends[0].use();
      await writeTinyDataset(join(dir, "data"));
      const run = await createRun(join(dir, "run"), tinyConfig(join(dir, "data"), { steps: 4 }));
      await train(run, stopAfter(2, run));
      await Deno.writeTextFile(run.log, '{"kind":"step","step":3,"loss":9}\n{"ki', {
        append: true,
      });
      await Deno.writeTextFile(join(run.dir, ".last.safetensors-1.partial"), "half");
      assertEquals(await train(run, never), { step: 4, isStopped: false });
      assertEquals((await logOf(run)).filter(({ loss }) => loss === 9), []);
      assertEquals(await exists(join(run.dir, ".last.safetensors-1.partial")), false);
    }),
);

await testIf(
  "tensorflow",
  "train() stops at a loss that is not finite and keeps the last checkpoint",
  () =>
    withTempDir(async (dir) => {
      await testBackends[0].use();
      await writeTinyDataset(join(dir, "data"));
      const config = tinyConfig(join(dir, "data"), { checkpointEvery: 1, learningRate: 1e30 });
      const run = await createRun(join(dir, "run"), config);
      await assertRejects(() => train(run, never), DivergedError, run.last);
      await assertRejects(() => train(run, never), DivergedError, `--from ${run.dir}`);
      const { tensors } = await readCheckpoint(run.last);
      for (const [name, { data }] of tensors) {
        assertEquals(data.some((value) => Number.isNaN(value)), false, name);
      }
    }),
);

await testIf(
  "tensorflow",
  "train() says so when it stops before there is a checkpoint",
  () =>
    withTempDir(async (dir) => {
      await testBackends[0].use();
      await writeTinyDataset(join(dir, "data"));
      const config = tinyConfig(join(dir, "data"), { checkpointEvery: 9, learningRate: 1e30 });
      const run = await createRun(join(dir, "run"), { ...config, evaluateEvery: 9 });
      await assertRejects(() => train(run, never), DivergedError, "There is no checkpoint yet");
    }),
);

await testIf(
  "tensorflow",
  "train() starts an encoder with published weights, says so, and resumes without their file",
  () =>
    withTempDir(async (dir) => {
      await testBackends[0].use();
      await writeTinyDataset(join(dir, "data"));
      const file = join(dir, "vit.safetensors");
      const bytes = writeSafetensors(timmVit(192, 12, 16, 3));
      await Deno.writeFile(file, bytes);
      const choice = { network: "dpt", preset: "tiny", width: 32, height: 32 };
      const { sha256 } = await readEncoder(file, choice);
      const { weights } = await readPinnedEncoder({ file, sha256 }, choice);
      const still = { steps: 1, warmupSteps: 0, learningRate: 0, evaluateImages: 0 };
      const changes = { ...choice, ...still, encoder: { file, sha256 } };
      const run = await createRun(join(dir, "run"), tinyConfig(join(dir, "data"), changes));
      const said: string[] = [];
      await train(run, never, (line) => said.push(line));
      assertEquals(said, [
        `encoder ${file}: 150 tensors used, left over: head.bias, head.weight; missing: none; ` +
        "taken to be of images normalised by mean 0.5, 0.5, 0.5 and std 0.5, 0.5, 0.5",
      ]);
      const { tensors } = await readCheckpoint(run.last);
      for (const prefix of ["weight/", "average/"]) {
        for (const [path, { data }] of weights) {
          assertLess(
            maxAbsDifference(tensors.get(prefix + path)!.data as Float32Array, data),
            RESUMED_WEIGHTS,
          );
        }
      }

      await Deno.remove(file);
      const onwards = { ...run, config: { ...run.config, steps: 2 } };
      assertEquals((await train(onwards, never, (line) => said.push(line))).step, 2);
      assertEquals(said.length, 1);

      await Deno.writeFile(file, bytes);
      const pinnedToAnother = { ...changes, encoder: { file, sha256: "0" } };
      const other = await createRun(
        join(dir, "other"),
        tinyConfig(join(dir, "data"), pinnedToAnother),
      );
      await assertRejects(() => train(other, never), Error, "its sha256 is");
    }),
);

await testIf(
  "tensorflow",
  "train() shows windows for a share of its steps, and goes on with whole images",
  () =>
    withTempDir(async (dir) => {
      await testBackends[0].use();
      await writeTinyDataset(join(dir, "data"));
      const side = 2 * TINY_SIZE; // the network takes no smaller window than TINY_SIZE
      const losses = async (name: string, cropUntil: number) => {
        const changes = { steps: 2, width: side, height: side, crop: TINY_SIZE, cropUntil };
        const run = await createRun(join(dir, name), tinyConfig(join(dir, "data"), changes));
        await train(run, never);
        const lines = (await Deno.readTextFile(run.log)).trim().split("\n");
        return lines.map((line) => JSON.parse(line)).filter(({ kind }) => kind === "step")
          .map(({ loss }) => loss as number);
      };
      const [whole, half] = [await losses("whole", 0), await losses("half", 0.5)];
      assertEquals([whole.length, half.length], [2, 2]);
      assertEquals(whole[0] === half[0], false);
    }),
);

await testIf(
  "tensorflow",
  "train() gives the same weights by Workers, and in micro-batches where no norm learns",
  () =>
    withTempDir(async (dir) => {
      await testBackends[0].use();
      await writeTinyDataset(join(dir, "data"));
      const frozen = { steps: 2, freezeAfter: 0, losses: parseObjective("bce=1,boundary=1") };
      const of = async (name: string, changes: Partial<TrainConfig>) => {
        const config = tinyConfig(join(dir, "data"), { ...frozen, ...changes });
        const run = await createRun(join(dir, name), config);
        await train(run, never);
        return (await readCheckpoint(run.last)).tensors;
      };
      const expected = await of("plain", {});
      for (const changes of [{ workers: 2 }, { microBatch: 1 }]) {
        for (const [name, { data }] of await of(Object.keys(changes)[0]!, changes)) {
          const other = expected.get(name)!.data as Float32Array;
          assertLess(maxAbsDifference(data as Float32Array, other), RESUMED_WEIGHTS, name);
        }
      }
      // A norm that learns from its batch sees another one in each part.
      const [whole, parts] = [
        await of("whole", { freezeAfter: 1 }),
        await of("parts", { freezeAfter: 1, microBatch: 1 }),
      ];
      const differs = [...parts].some(([name, { data }]) =>
        maxAbsDifference(data as Float32Array, whole.get(name)!.data as Float32Array) > 1e-3
      );
      assertEquals(differs, true);
    }),
);

Deno.test("train() refuses data that nothing could be measured on, before it begins", () =>
  withTempDir(async (dir) => {
    await writeTinyDataset(join(dir, "data"), 5, 1);
    const run = await createRun(join(dir, "run"), tinyConfig(join(dir, "data")));
    await assertRejects(() => train(run, never), RangeError, "none with a defect");
    assertEquals(await exists(run.log), false);
  }));

Deno.test("train() refuses images that hold something else than when the run began", () =>
  withTempDir(async (dir) => {
    await writeTinyDataset(join(dir, "data"));
    const run = await createRun(join(dir, "run"), tinyConfig(join(dir, "data")));
    const [test, learned] = [run.split.parts.test[0]!, run.split.parts.train[0]!];
    await Deno.copyFile(join(dir, "data", learned), join(dir, "data", test));
    await assertRejects(() => train(run, never), Error, `"${run.splitFile}": images have changed`);
  }));
