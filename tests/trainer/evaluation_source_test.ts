import { join } from "@std/path";
import * as tf from "@tensorflow/tfjs";
import { assertEquals, assertNotStrictEquals } from "@std/assert";
import { scanDataset } from "../../models/dataset.ts";
import { openPackage } from "../../models/package.ts";
import { PARTS } from "../../models/split.ts";
import { splitDataset } from "../../models/split_dataset.ts";
import { addVariants } from "../../trainer/add_variants.ts";
import { inputOf } from "../../trainer/config.ts";
import { evaluationSource, hasStandIns } from "../../trainer/evaluation_source.ts";
import { exportPackage } from "../../trainer/export.ts";
import { measurePackage } from "../../trainer/measure_package.ts";
import { withTempDir } from "../helpers/temp_dir.ts";
import { TINY_SIZE, writeTinyDataset } from "./tiny_dataset.ts";
import { optionsOf, untrainedRun } from "./untrained_run.ts";

await tf.setBackend("cpu");

const input = inputOf({ width: TINY_SIZE, height: TINY_SIZE });

/** By part: how many images are called defective, and how many truths are not empty. */
async function defectsOf(root: string): Promise<(readonly [string, number, number])[]> {
  const samples = await scanDataset(root);
  const split = await splitDataset(root, samples, { seed: 0 });
  return await Promise.all(PARTS.map(async (part) => {
    const { samples: measured, load } = evaluationSource({ root, samples, split }, part, input);
    const truths = await Promise.all(measured.map(async (sample) => (await load(sample)).mask));
    return [
      part,
      measured.filter(({ defect }) => defect !== "good").length,
      truths.filter(({ data }) => data.includes(1)).length,
    ] as const;
  }));
}

Deno.test("evaluationSource() gives real defects where there are any, however few", () =>
  withTempDir(async (dir) => {
    await writeTinyDataset(dir, 10, 5);
    assertEquals(await defectsOf(dir), [["train", 3, 3], ["validation", 1, 1], ["test", 1, 1]]);
  }));

Deno.test("evaluationSource() gives every other image a synthetic defect where no part has one", () =>
  withTempDir(async (dir) => {
    await writeTinyDataset(dir, 15, 0);
    assertEquals(await defectsOf(dir), [["train", 5, 5], ["validation", 2, 2], ["test", 2, 2]]);
  }));

Deno.test("hasStandIns() goes by the parts, not by images that came after the split", () =>
  withTempDir(async (root) => {
    await writeTinyDataset(root, 5, 5);
    const samples = await scanDataset(root);
    const good = samples.filter(({ defect }) => defect === "good");
    assertEquals(
      hasStandIns({ samples, split: await splitDataset(root, good, { seed: 0 }) }),
      true,
    );
    assertEquals(
      hasStandIns({ samples, split: await splitDataset(root, samples, { seed: 0 }) }),
      false,
    );
  }));

Deno.test("a package of good parts is measured on the same synthetic defects by all", () =>
  withTempDir(async (dir) => {
    const run = await untrainedRun(dir, 0);
    const exported = await exportPackage(run, optionsOf(dir));
    assertEquals(exported.syntheticDefects, true);
    const measured = await measurePackage(
      { run, package: await openPackage(exported.dir) },
      ...["fp32", "test"] as const,
    );
    assertEquals(measured, exported.test.overall);
    assertEquals(Number.isNaN(measured.iou_defect), false);

    const { variants: [half] } = await addVariants({
      ...{ dir: exported.dir, data: run.config.data, models: join(dir, "models") },
      ...{ version: "1.1.0", replace: false, variants: { names: ["fp16"], budget: 1 } },
    });
    assertEquals(Number.isNaN(half!.test.overall.iou_defect), false);
    assertNotStrictEquals(half!.test.overall.all_empty, 1);
  }));
