// Runs that begin with what another run or package knows.

import { join } from "@std/path";
import { assertEquals, assertMatch, assertNotEquals, assertRejects, equal } from "@std/assert";
import { exists } from "../../models/files.ts";
import { openPackage } from "../../models/package.ts";
import { readCheckpoint } from "../../trainer/checkpoint.ts";
import type { Distillation } from "../../trainer/config.ts";
import { openTeacher } from "../../trainer/distillation/teacher.ts";
import { createLearner } from "../../trainer/learner.ts";
import { createRun, openRun, type RunFolder } from "../../trainer/run_folder.ts";
import { train } from "../../trainer/train.ts";
import { testIf } from "../helpers/require.ts";
import { withTempDir } from "../helpers/temp_dir.ts";
import { testBackends } from "./backends.ts";
import { run } from "./commands.ts";
import { tinyConfig, writeTinyDataset } from "./tiny_dataset.ts";

const never = new AbortController().signal;

/** Distillation of maps alone. */
function learningFrom(teacher: RunFolder, { inherits }: { inherits: boolean }): Distillation {
  const weights = { mapWeight: 1, featureWeight: 0, bandWeight: 5 };
  return { teacher: teacher.dir, ...weights, temperature: 2, inherits };
}

await testIf(
  "tensorflow",
  "train() rounds numbers, learns from a teacher, and resumes both",
  () =>
    withTempDir(async (dir) => {
      await testBackends[0].use();
      const data = join(dir, "data");
      await writeTinyDataset(data);
      const short = { steps: 2, evaluateEvery: 2, evaluateImages: 1, checkpointEvery: 1 };
      const first = await createRun(join(dir, "first"), tinyConfig(data, short));
      await train(first, never);

      const distillation = learningFrom(first, { inherits: false });
      const config = tinyConfig(data, {
        ...{ ...short, distillation, from: first.dir, roundsNumbers: true, freezeAfter: 0 },
      });
      const plain = await createRun(
        join(dir, "plain"),
        { ...config, distillation: null, roundsNumbers: false },
      );
      const taught = await createRun(join(dir, "taught"), config);
      const lossOf = async (run: typeof plain) => {
        await train(run, never);
        return (await Deno.readTextFile(run.log)).match(/"loss":([\d.]+)/)?.[1];
      };
      assertNotEquals(await lossOf(taught), await lossOf(plain));
      assertEquals([await exists(taught.ranges), await exists(plain.ranges)], [true, false]);

      const ranges = await Deno.readTextFile(taught.ranges);
      const longer = { ...config, steps: 3 };
      await Deno.writeTextFile(join(taught.dir, "config.json"), JSON.stringify(longer));
      await train(await openRun(taught.dir), never);
      assertEquals((await readCheckpoint(taught.last)).step, 3);
      assertEquals(await Deno.readTextFile(taught.ranges), ranges);
    }),
);

await testIf(
  "tensorflow",
  "train() begins a student's encoder with its teacher's first layers, and nothing else of it",
  () =>
    withTempDir(async (dir) => {
      await testBackends[0].use();
      const data = join(dir, "data");
      await writeTinyDataset(data);
      const short = {
        ...{ network: "dpt", width: 32, height: 32, steps: 1, evaluateEvery: 1, evaluateImages: 1 },
        ...{ checkpointEvery: 1, learningRate: 0, crop: 0 },
      };
      const teacher = await createRun(
        join(dir, "teacher"),
        tinyConfig(data, { ...short, preset: "p64-l4-f8", seed: 7 }),
      );
      await train(teacher, never);
      const distillation = learningFrom(teacher, { inherits: true });
      const config = tinyConfig(data, { ...short, preset: "p64-l2-f8", seed: 8, distillation });
      const student = await createRun(join(dir, "student"), config);
      const said: string[] = [];
      await train(student, never, (line) => said.push(line));
      assertMatch(said.join("\n"), /encoder: \d+ weights of ".*teacher"/);

      const { tensors: taught } = await readCheckpoint(teacher.best);
      const { tensors: own } = await readCheckpoint(student.last);
      const isTaught = (path: string) =>
        equal(own.get(`weight/${path}`)?.data, taught.get(`average/${path}`)?.data);
      assertEquals(isTaught("encoder/layer.2/mlp/expand/matrix"), true);
      assertEquals(isTaught("encoder/embed/kernel"), true);
      assertEquals(isTaught("fusion.1/unit1/conv1/kernel"), false);
      assertEquals(own.has("weight/encoder/layer.3/mlp/expand/matrix"), false);

      const wide = await createRun(
        join(dir, "wide"),
        tinyConfig(data, { ...short, preset: "p128-l2-f8", distillation }),
      );
      await assertRejects(
        () => train(wide, never),
        RangeError,
        'Cannot inherit an encoder: the network has "encoder/embed/kernel" of 16×16×3×128, the teacher has it of 16×16×3×64',
      );
    }),
);

await testIf(
  "tensorflow",
  "train() cuts windows where the network and its teacher have places for them",
  () =>
    withTempDir(async (dir) => {
      await testBackends[0].use();
      const data = join(dir, "data");
      await writeTinyDataset(data);
      const short = {
        ...{ width: 64, height: 64, crop: 32, cropUntil: 1, steps: 2 },
        ...{ evaluateEvery: 2, evaluateImages: 1, checkpointEvery: 2 },
      };
      const ofPatches = { ...short, network: "dpt", preset: "p64-l2-f8" };
      const teacher = await createRun(join(dir, "teacher"), tinyConfig(data, ofPatches));
      assertEquals((await train(teacher, never)).step, 2);
      const distillation = learningFrom(teacher, { inherits: false });
      const config = tinyConfig(data, { ...short, distillation });
      using taught = await openTeacher(teacher.dir, config);
      using learner = createLearner(config, { teacher: taught });
      assertEquals(learner.windowGrid, 16);
      const astray = {
        ...{ images: new Float32Array(3 * 32 * 32), masks: new Float32Array(32 * 32) },
        ...{ count: 1, width: 32, height: 32 },
        windows: { whole: { width: 64, height: 64 }, starts: [{ left: 16, top: 5 }] },
      };
      await assertRejects(
        () => learner.step(astray, { step: 0, learningRate: 0 }),
        RangeError,
        "Cannot learn from a window at column 16, row 5: it must begin at multiples of 16",
      );
      assertEquals((await train(await createRun(join(dir, "student"), config), never)).step, 2);
    }),
);

await testIf(
  "tensorflow",
  "train --from RUN --int8-aware needs no more than a folder, and its package says what it is",
  () =>
    withTempDir(async (dir) => {
      const [data, first, out, models] = ["data", "first", "out", "models"].map((name) =>
        join(dir, name)
      ) as [string, string, string, string];
      await writeTinyDataset(data, 10, 20);
      const flags = ["--preset", "tiny", "--size", "16", "--batch", "2", "--steps", "4"];
      const { code, said } = await run("train", "--data", data, "--out", first, ...flags);
      assertEquals(code, 0, said);
      const rounded = await run("train", "--from", first, "--int8-aware", "--out", out);
      assertEquals(rounded.code, 0, rounded.said);
      const { config } = await openRun(out);
      assertEquals(
        [config.network, config.preset, config.width, config.products, config.steps],
        ["unet", "tiny", 16, ["plate"], 1],
      );

      const exported = await run(
        "export",
        ...["--run", out, "--name", "plate", "--models", models, "--variants", "int8"],
        ...["--calibration", "min-max", "--calibration-images", "4", "--budget", "1"],
      );
      assertEquals(exported.code, 0, exported.said);
      assertMatch(exported.said, /int8, trained, 0 nodes in float32/);
      const { card } = await openPackage(join(models, "plate/1.0.0"));
      assertEquals(card.training.roundsNumbers, true);
    }),
);
