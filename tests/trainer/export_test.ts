import { createHash } from "node:crypto";
import { join } from "@std/path";
import * as tf from "@tensorflow/tfjs";
import { assertEquals, assertLess, assertMatch, assertRejects } from "@std/assert";
import { maxAbsDifference, openPackage, PackageError } from "../../models/package.ts";
import type { Tensor } from "../../models/safetensors.ts";
import { createRandom } from "../../models/random.ts";
import { writeCheckpoint } from "../../trainer/checkpoint.ts";
import { type ExportOptions, exportPackage } from "../../trainer/export.ts";
import { createLearner } from "../../trainer/learner.ts";
import { openGraph } from "../../trainer/package/verify.ts";
import { createRun, type RunFolder } from "../../trainer/run_folder.ts";
import { averagedPrefix } from "../../trainer/training_state.ts";
import { withTempDir } from "../helpers/temp_dir.ts";
import { MAP_PARITY } from "../tolerances.ts";
import { TINY_SIZE, tinyConfig, writeTinyDataset } from "./tiny_dataset.ts";

await tf.setBackend("cpu");

const optionsOf = (dir: string, changes: Partial<ExportOptions> = {}): ExportOptions => ({
  ...{ name: "tiny", version: "1.0.0", models: join(dir, "models"), checkpoint: "last" },
  ...{ minRegionPixels: 3, replace: false, command: "deno task train", dataName: "plates" },
  ...changes,
});

/** A run of the smallest network that was not trained; only its averaged weights are numbers. */
async function untrainedRun(dir: string, defective = 5): Promise<RunFolder> {
  await writeTinyDataset(join(dir, "data"), 5, defective);
  const run = await createRun(join(dir, "run"), tinyConfig(join(dir, "data")));
  using learner = createLearner(run.config);
  const tensors = [...await learner.save()].map(([name, { shape, data }]): [string, Tensor] => [
    name,
    {
      dtype: "F32",
      shape,
      data: name.startsWith(averagedPrefix)
        ? nudged(name, data as Float32Array)
        : new Float32Array(data.length).fill(NaN),
    },
  ]);
  await writeCheckpoint(run.last, { step: 4, best: null, tensors: new Map(tensors) });
  return run;
}

/** Different in every number, and still a variance where it is one. */
function nudged(name: string, data: Float32Array): Float32Array {
  const random = createRandom(name);
  return data.map((value) => value + 0.2 * (random.next() - 0.5));
}

Deno.test("exportPackage() writes a package of the averaged weights that repeats the golden pair", () =>
  withTempDir(async (dir) => {
    const run = await untrainedRun(dir);
    const before = tf.memory().numTensors;
    const parts: string[] = [];
    const exported = await exportPackage(
      run,
      optionsOf(dir, { onSample: (part) => parts.push(part) }),
    );
    assertEquals(tf.memory().numTensors, before);
    assertLess(exported.goldenDifference, MAP_PARITY);
    assertEquals(
      parts,
      ["validation", "test"].flatMap((part) => {
        const { length } = run.split.parts[part as "test"];
        return Array.from({ length }, () => part);
      }),
    );

    const { card, variantPath, golden } = await openPackage(exported.dir);
    const { image, anomaly_map } = await golden();
    await using runner = await openGraph(await Deno.readFile(variantPath("fp32")), card.input);
    assertLess(maxAbsDifference(await runner.run(image, 1), anomaly_map), MAP_PARITY);
    assertEquals(anomaly_map.every((score) => score > 0 && score < 1), true);
  }));

Deno.test("exportPackage() says in the card what was trained and how well it does", () =>
  withTempDir(async (dir) => {
    const run = await untrainedRun(dir);
    const { dir: folder, threshold, minRegionScore, test } = await exportPackage(
      run,
      optionsOf(dir),
    );
    const { card } = await openPackage(folder);
    assertEquals(folder, join(dir, "models/tiny/1.0.0"));
    assertEquals(card.network, { name: "unet", preset: "tiny" });
    assertEquals([card.input.width, card.input.height], [TINY_SIZE, TINY_SIZE]);
    assertEquals(
      [card.threshold, card.minRegionPixels, card.minRegionScore],
      [threshold, 3, minRegionScore],
    );
    assertEquals(card.products, ["plate"]);
    const { train, validation, test: tested } = run.split.parts;
    const hash = createHash("sha256").update(JSON.stringify([train, validation, tested])).digest(
      "hex",
    );
    assertEquals(card.training, {
      ...{ data: "plates", command: "deno task train", seed: 0, steps: 4, batch: 2 },
      split: { ratios: [6, 2, 2], seed: 0, sha256: { plate: hash } },
    });
    assertEquals(card.metrics.images, run.split.parts.test.length);
    const digits = (value: number) => Number(value.toFixed(6));
    assertEquals(card.metrics.iou_image, digits(test.overall.iou_image));
    assertEquals(card.metrics.dice, digits(test.overall.dice));
    const { split, counts } = card.scores!;
    const images = counts.reduce((sum, count) => sum + count);
    assertEquals([split, images], ["validation", run.split.parts.validation.length]);
  }));

Deno.test("exportPackage() refuses before it measures what it could not write", () =>
  withTempDir(async (dir) => {
    const run = await untrainedRun(dir);
    const onSample = () => {
      throw new Error("measured");
    };
    await Deno.mkdir(join(dir, "models/tiny/1.0.0"), { recursive: true });
    const attempt = (changes: Partial<ExportOptions>) => () =>
      exportPackage(run, optionsOf(dir, { onSample, ...changes }));
    await assertRejects(attempt({}), PackageError, "--replace");
    await assertRejects(attempt({ version: "1.0.1", checkpoint: "best" }), Error, run.best);
  }));

Deno.test("exportPackage() refuses data whose defects are too few to measure on", () =>
  withTempDir(async (dir) => {
    const run = await untrainedRun(dir, 1);
    await assertRejects(() => exportPackage(run, optionsOf(dir)), RangeError, "none with a defect");
    assertEquals(await Array.fromAsync(Deno.readDir(join(dir, "models"))).catch(() => []), []);
  }));

Deno.test("exportPackage() writes half floats and int8 beside fp32, each measured and held to the golden map", () =>
  withTempDir(async (dir) => {
    const run = await untrainedRun(dir);
    const said: string[] = [];
    const { dir: folder, variants } = await exportPackage(
      run,
      optionsOf(dir, {
        variants: {
          ...{ names: ["fp16", "int8"], budget: 1, calibrationImages: 4 },
          say: (line) => said.push(line),
        },
      }),
    );
    const { card, variantPath, golden } = await openPackage(folder);
    const { image, anomaly_map } = await golden();
    assertEquals(variants.map(({ name }) => name), ["fp16", "int8"]);
    for (const { name, goldenDifference, test } of variants) {
      const { tolerance, metrics } = card.variants[name]!;
      await using runner = await openGraph(await Deno.readFile(variantPath(name)), card.input);
      const difference = maxAbsDifference(await runner.run(image, 1), anomaly_map);
      assertEquals(difference, goldenDifference);
      assertLess(difference, tolerance!);
      const { iou_image, iou_defect } = test.overall;
      assertEquals(metrics, { iou_image, iou_defect });
    }
    assertLess(card.variants.int8!.bytes, card.variants.fp32.bytes / 2);
    assertMatch(card.variants.int8!.made!, /over 4 images; in float32: nothing/);
    assertEquals(said.length, 3, "one line a calibration method");
  }));

Deno.test("exportPackage() refuses an int8 that loses more than it may", () =>
  withTempDir(async (dir) => {
    const run = await untrainedRun(dir);
    const attempt = () =>
      exportPackage(run, optionsOf(dir, { variants: { names: ["int8"], budget: -1 } }));
    const error = await assertRejects(attempt, PackageError, "a loss of -1 is allowed");
    assertEquals(error.code, "golden");
  }));
