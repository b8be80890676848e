import { join } from "@std/path";
import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import type { Card } from "../../models/card.ts";
import { hashParts } from "../../models/card_split.ts";
import { scanDataset } from "../../models/dataset.ts";
import { samplesOf, writeSplit } from "../../models/split.ts";
import { splitDataset } from "../../models/split_dataset.ts";
import { createRun } from "../../trainer/run_folder.ts";
import { inheritedSplit, trainedSplit } from "../../trainer/trained_split.ts";
import { makeCard, writePackage } from "../helpers/package.ts";
import { withTempDir } from "../helpers/temp_dir.ts";
import { tinyConfig, writeTinyDataset } from "./tiny_dataset.ts";

/** The card of what was trained on a data set by a split. */
const cardOf = (split: Card["training"]["split"]): Card => {
  const card = makeCard();
  return { ...card, training: { ...card.training, split } };
};

Deno.test("trainedSplit() gives the split of the training, also once there are more images, and refuses any other", () =>
  withTempDir(async (dir) => {
    const [root, file, wrong] = ["data", "split.json", "wrong.json"].map((name) =>
      join(dir, name)
    ) as [string, string, string];
    await writeTinyDataset(root);
    const before = await scanDataset(root);
    const split = await splitDataset(root, before, { seed: 0 });
    await writeSplit(file, split);
    const { validation, train, test } = split.parts;
    await writeSplit(wrong, { ...split, parts: { validation, train: test, test: train } });
    const { seed, ratios } = split;
    const card = cardOf({ seed, ratios, sha256: await hashParts(split, before) });
    assertEquals(await trainedSplit(card, { root, samples: before }), split);

    const good = join(root, "plate/train/good");
    for (let i = 0; i < 6; i++) {
      await Deno.writeFile(join(good, `new ${i}.png`), Uint8Array.of(i));
    }

    const samples = await scanDataset(root);
    const again = () => trainedSplit(card, { root, samples });
    await assertRejects(again, Error, "by the seed of its card images of plate come into other");
    const known = await trainedSplit(card, { root, samples, file });
    assertEquals(samplesOf(known, "test", samples).map(({ path }) => path), test);
    await assertRejects(() => trainedSplit(card, { root, samples, file: wrong }), Error, wrong);
    const silent = cardOf({ seed, ratios });
    assertEquals((await trainedSplit(silent, { root, samples, file: wrong })).parts.test, train);
  }));

Deno.test("inheritedSplit() is that of the run that is started from or learned from", () =>
  withTempDir(async (dir) => {
    const data = join(dir, "data");
    await writeTinyDataset(data);
    const first = await createRun(join(dir, "first"), tinyConfig(data, { splitSeed: 7 }));
    assertEquals(await inheritedSplit(tinyConfig(data)), undefined);
    assertEquals(await inheritedSplit(tinyConfig(data, { from: first.dir })), first.split);
    const distillation = {
      ...{ teacher: first.dir, mapWeight: 1, featureWeight: 0, temperature: 2, bandWeight: 5 },
      inherits: false,
    };
    assertEquals(await inheritedSplit(tinyConfig(data, { distillation })), first.split);
    const both = tinyConfig(data, { from: first.dir, distillation });
    assertEquals(await inheritedSplit(both), first.split);
    const second = await createRun(join(dir, "second"), tinyConfig(data, { splitSeed: 8 }));
    await assertRejects(
      () => inheritedSplit({ ...both, from: second.dir }),
      Error,
      `"${second.dir}" and "${first.dir}" were trained by different splits`,
    );
    await assertRejects(() => inheritedSplit(tinyConfig(data, { from: join(dir, "none") })), Error);

    // A package of other products has no say.
    const teacher = join(dir, "teacher/1.0.0");
    await writePackage(teacher, "1.0.0", ({ training }) => {
      training.split.sha256 = { nut: "c".repeat(64) };
    });
    const stranger = { ...distillation, teacher };
    assertEquals(await inheritedSplit(tinyConfig(data, { distillation: stranger })), undefined);
    assertEquals(await inheritedSplit({ ...both, distillation: stranger }), first.split);
    await writePackage(teacher, "1.1.0", ({ training }) => {
      training.split.sha256 = { plate: "c".repeat(64) };
    });
    await assertRejects(
      () => inheritedSplit(tinyConfig(data, { distillation: stranger })),
      Error,
      `Cannot split the data as "${teacher}" was trained`,
    );

    await Deno.rename(join(data, "plate"), join(data, "bolt"));
    const other = tinyConfig(data, { from: first.dir, products: ["bolt"] });
    assertEquals(await inheritedSplit(other), undefined);
  }));

Deno.test("inheritedSplit() leaves out images that came later, says how many, and refuses a product that is new", () =>
  withTempDir(async (dir) => {
    const data = join(dir, "data");
    await writeTinyDataset(data);
    const first = await createRun(join(dir, "first"), tinyConfig(data, { splitSeed: 7 }));
    const good = join(data, "plate/train/good");
    for (let i = 0; i < 3; i++) {
      await Deno.writeFile(join(good, `new ${i}.png`), Uint8Array.of(i));
    }
    const said: string[] = [];
    const config = tinyConfig(data, { from: first.dir });
    const split = await inheritedSplit(config, (line) => said.push(line));
    assertEquals(split, first.split);
    assertEquals(said, [
      `3 images came after the split of "${first.dir}" and are in no part of it: they are left out`,
    ]);
    const second = await createRun(join(dir, "second"), config, split);
    assertEquals([second.split, second.config.splitSeed], [first.split, 7]);

    await Deno.mkdir(join(data, "nut/train/good"), { recursive: true });
    await Deno.writeFile(join(data, "nut/train/good/1.png"), Uint8Array.of(9));
    const refused = async (products: readonly string[], why: string) => {
      const said = `Cannot split the data as "${first.dir}" was trained`;
      const open = () => inheritedSplit({ ...config, products }, () => {});
      const { message, cause } = await assertRejects(open, Error, said);
      assertStringIncludes(message, "--split-seed");
      assertStringIncludes(String(cause), why);
    };
    await refused(["plate", "nut"], "images of the data are in no part of it");
    await Deno.writeFile(join(good, "0.png"), Uint8Array.of(9));
    await refused(["plate"], "images have changed");
    await Deno.remove(join(good, "0.png"));
    await refused(["plate"], "images of it are not in the data");
  }));
