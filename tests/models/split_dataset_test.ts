import { join } from "@std/path";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { scanDataset } from "../../models/dataset.ts";
import { sha256Hex } from "../../models/package.ts";
import { PARTS, readSplit, splitSamples, writeSplit } from "../../models/split.ts";
import { changedImages, openSplit, splitDataset } from "../../models/split_dataset.ts";
import { withFiles } from "../helpers/data_files.ts";

/** Ten good bolts and ten good nuts that differ in one byte, but for two bolts that are a third one's file. */
const FILES = Object.fromEntries(
  ["bolt", "nut"].flatMap((product, p) =>
    Array.from({ length: 10 }, (_, i) => {
      const content = product === "bolt" && (i === 4 || i === 8) ? 1 : i;
      return [`${product}/train/good/${i}.png`, Uint8Array.of(p, content)] as const;
    })
  ),
);
const TWINS = [1, 4, 8].map((i) => `bolt/train/good/${i}.png`);

Deno.test("splitDataset() splits by what the files hold", () =>
  withFiles(FILES, async (root) => {
    const samples = await scanDataset(root);
    const split = await splitDataset(root, samples, { seed: 3, ratios: [1, 1, 1] });
    assertEquals([split.seed, split.ratios], [3, [1, 1, 1]]);
    const sha256 = await sha256Hex(Uint8Array.of(1, 7));
    assertEquals(split.sha256["nut/train/good/7.png"], sha256);
    assertEquals(Object.keys(split.sha256), samples.map(({ path }) => path));
    const parts = PARTS.filter((part) => TWINS.some((path) => split.parts[part].includes(path)));
    assertEquals(parts.length, 1);
    const { parts: blind } = splitSamples(samples, { seed: 3, ratios: [1, 1, 1] });
    assert(
      PARTS.filter((part) => TWINS.some((path) => blind[part].includes(path))).length > 1,
      "a seed that keeps them together by chance shows nothing",
    );
  }));

Deno.test("openSplit() makes the file once, and then whatever the seed uses it", () =>
  withFiles(FILES, async (root) => {
    const file = join(root, "splits/all.json");
    const samples = await scanDataset(root);
    const made = await openSplit(file, root, samples, { seed: 3 });
    assertEquals(made, await splitDataset(root, samples, { seed: 3 }));
    assertEquals(await readSplit(file), made);
    assertEquals(await openSplit(file, root, samples, { seed: 4 }), made);
  }));

Deno.test("openSplit() gives what concerns the wanted products", () =>
  withFiles(FILES, async (root) => {
    const file = join(root, "split.json");
    const all = await openSplit(file, root, await scanDataset(root), { seed: 3 });
    const samples = await scanDataset(root, ["nut"]);
    const ofNut = await openSplit(file, root, samples, { seed: 0 });
    for (const part of PARTS) {
      assertEquals(ofNut.parts[part], all.parts[part].filter((path) => path.startsWith("nut/")));
    }
    assertEquals(Object.keys(ofNut.sha256), samples.map(({ path }) => path));
    assertEquals(ofNut.seed, 3);
  }));

Deno.test("openSplit() names images that are unknown, missing or changed", () =>
  withFiles(FILES, async (root) => {
    const file = join(root, "split.json");
    const open = async () => await openSplit(file, root, await scanDataset(root), { seed: 3 });
    const made = await open();
    const path = "nut/train/good/5.png";

    await Deno.writeFile(join(root, "nut/train/good/new.png"), Uint8Array.of(5));
    await assertRejects(open, Error, "images of the data are in no part of it");
    await assertRejects(open, Error, '"nut/train/good/new.png"');
    await Deno.remove(join(root, "nut/train/good/new.png"));

    await Deno.writeFile(join(root, path), Uint8Array.of(6, 6));
    await assertRejects(open, Error, "images have changed since it was made");
    await writeSplit(file, { ...made, sha256: {} });
    assertEquals((await open()).parts, made.parts, "without hashes there is nothing to compare");

    await Deno.remove(join(root, path));
    await assertRejects(open, Error, "images of it are not in the data");
    await assertRejects(open, Error, `"${path}"`);
  }));

Deno.test("changedImages() names images of a split with another hash, where there is one to compare with", () => {
  const parts = { train: ["a", "b"], validation: ["c"], test: ["d"] };
  const split = { parts, sha256: { a: "1", b: "2", d: "4" } };
  assertEquals(changedImages(split, { a: "1", b: "9", c: "3", d: "5", later: "6" }), ["b", "d"]);
});

Deno.test("openSplit() names images that are the same file and stand in two parts", () =>
  withFiles(FILES, async (root) => {
    const file = join(root, "split.json");
    const samples = await scanDataset(root);
    // As files were before there were hashes: split by names alone.
    await writeSplit(file, splitSamples(samples, { seed: 3, ratios: [1, 1, 1] }));
    const refused = () => openSplit(file, root, samples, { seed: 3 });
    await assertRejects(refused, Error, `Cannot use split "${file}": images in two parts of it`);
    await assertRejects(refused, Error, TWINS.map((path) => `"${path}"`).join(" and "));
    const nuts = await openSplit(file, root, await scanDataset(root, ["nut"]), { seed: 3 });
    assertEquals(Object.keys(nuts.sha256).length, 10);
  }));

Deno.test("splitDataset() says of a file whose name is not UTF-8 that it is to be renamed", () =>
  withFiles(FILES, async (root) => {
    const sample = { product: "nut", path: "nut/train/good/\uFFFD.png", defect: "good" };
    await assertRejects(() => splitDataset(root, [sample], { seed: 0 }), Error, "is not UTF-8");
  }));
