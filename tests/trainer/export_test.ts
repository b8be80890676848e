import { createHash } from "node:crypto";
import { join } from "@std/path";
import * as tf from "@tensorflow/tfjs";
import { assertEquals, assertLess, assertMatch, assertRejects } from "@std/assert";
import { maxAbsDifference, openPackage, PackageError } from "../../models/package.ts";
import { type ExportOptions, exportPackage } from "../../trainer/export.ts";
import { openGraph } from "../../trainer/package/verify.ts";
import { OverBudgetError } from "../../trainer/variants.ts";
import { withTempDir } from "../helpers/temp_dir.ts";
import { MAP_PARITY } from "../tolerances.ts";
import { TINY_SIZE } from "./tiny_dataset.ts";
import { optionsOf, untrainedRun } from "./untrained_run.ts";

await tf.setBackend("cpu");

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

Deno.test("exportPackage() refuses images that hold something else than when the run began", () =>
  withTempDir(async (dir) => {
    const run = await untrainedRun(dir);
    const [test, train] = [run.split.parts.test[0]!, run.split.parts.train[0]!];
    await Deno.copyFile(join(dir, "data", train), join(dir, "data", test));
    const refused = () => exportPackage(run, optionsOf(dir));
    await assertRejects(
      refused,
      Error,
      `"${run.splitFile}": images have changed since it was made`,
    );
    await assertRejects(refused, Error, test);
    assertEquals(await Array.fromAsync(Deno.readDir(join(dir, "models"))).catch(() => []), []);
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
    const { message } = await assertRejects(attempt, OverBudgetError, "a loss of -1 is allowed");
    assertMatch(message, /--budget.* --int8-aware.* --variants/);
  }));

Deno.test("exportPackage() trains on good parts only and measures on real defects", () =>
  withTempDir(async (dir) => {
    const { split, ...run } = await untrainedRun(dir);
    const isDefective = (path: string) => path.includes("spot");
    const [train, rest] = [false, true].map((kind) =>
      split.parts.train.filter((path) => isDefective(path) === kind)
    );
    const parts = {
      ...{ train: train!, validation: [...split.parts.validation, ...rest!] },
      test: split.parts.test,
    };
    const variants = { names: ["int8"] as const, budget: 1, calibrationImages: 4 };
    const goodOnly = { ...run, split: { ...split, parts } };
    const { syntheticDefects } = await exportPackage(goodOnly, optionsOf(dir, { variants }));
    assertEquals(syntheticDefects, false);
  }));
