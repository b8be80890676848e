import { join } from "@std/path";
import { assertEquals, assertMatch, assertRejects, assertStringIncludes } from "@std/assert";
import { scanDataset } from "../../models/dataset.ts";
import type { Split } from "../../models/split.ts";
import { splitDataset } from "../../models/split_dataset.ts";
import { checkData } from "../../trainer/check_data.ts";
import { inputOf } from "../../trainer/config.ts";
import { maskPng } from "../helpers/data_files.ts";
import { withTempDir } from "../helpers/temp_dir.ts";
import { TINY_SIZE, writeTinyDataset } from "./tiny_dataset.ts";

type Ratios = [number, number, number];

/** What is said of a data set of so many good and defective images, after a change to its files. */
async function said(
  root: string,
  [good, defective]: [number, number],
  { change, swap, ratios = [6, 2, 2] }: {
    change?: () => Promise<void>;
    swap?: (split: Split) => void;
    ratios?: Ratios;
  } = {},
): Promise<string[]> {
  await writeTinyDataset(root, good, defective);
  const samples = await scanDataset(root);
  const split = await splitDataset(root, samples, { seed: 0, ratios });
  await change?.();
  swap?.(split);
  const lines: string[] = [];
  const size = { width: TINY_SIZE, height: TINY_SIZE };
  const data = { root, samples, split, splitFile: "run/split.json" };
  await checkData(data, inputOf(size), (line) => lines.push(line));
  return lines;
}

Deno.test("checkData() has nothing to say of data with defects in every part", () =>
  withTempDir(async (root) => assertEquals(await said(root, [5, 5]), [])));

Deno.test("checkData() says where defects to learn from are synthetic", () =>
  withTempDir(async (root) => {
    const [line, ...more] = await said(root, [5, 0]);
    assertMatch(line!, /No image of the train part has a defect: .* measured on some too/);
    assertEquals(more, []);
  }));

Deno.test("checkData() has three defects in three parts, and says what is to be done about fewer", () =>
  withTempDir(async (root) => {
    assertEquals(await said(join(root, "three"), [5, 3]), []);
    for (const count of [1, 2]) {
      const { message } = await assertRejects(
        () => said(join(root, String(count)), [5, count]),
        RangeError,
        `none with a defect; plate has ${count}, three of a product are needed`,
      );
      assertStringIncludes(message, "move these out of the data");
      assertEquals(message.includes("--split-seed"), false);
    }
  }));

Deno.test("checkData() refuses a part without an image, or without one of the defects that there are", () =>
  withTempDir(async (root) => {
    await assertRejects(
      () => said(root, [5, 5], { ratios: [6, 0, 4] }),
      RangeError,
      "the validation part has no image; add some to the data",
    );
    const swap = (split: Split) => {
      const isDefective = (path: string) => path.includes("spot");
      const { validation, train } = split.parts;
      split.parts.train = [...train, ...validation.filter(isDefective)];
      split.parts.validation = validation.filter((path) => !isDefective(path));
    };
    await assertRejects(
      () => said(root, [5, 5], { swap }),
      RangeError,
      "none with a defect, though the data has 5 of plate; take another split",
    );
  }));

Deno.test("checkData() goes by what masks show", () =>
  withTempDir(async (root) => {
    const blacken = async () => {
      const folder = join(root, "plate/ground_truth/spot");
      for await (const { name } of Deno.readDir(folder)) {
        await Deno.writeFile(join(folder, name), await maskPng(0, TINY_SIZE, TINY_SIZE));
      }
    };
    await assertRejects(
      () => said(root, [5, 5], { change: blacken }),
      RangeError,
      "none with a defect: the mask of the 1 labelled so is black; outline the defects, or choose another --split-seed",
    );
  }));

Deno.test("checkData() refuses images that hold something else than when the split was made", () =>
  withTempDir(async (root) => {
    const good = (i: number) => join(root, `plate/train/good/${i}.png`);
    const renumber = async () => {
      await Deno.rename(good(1), good(9));
      await Deno.rename(good(2), good(1));
      await Deno.rename(good(9), good(2));
    };
    const { message } = await assertRejects(
      () => said(root, [5, 5], { change: renumber }),
      Error,
      'Cannot use split "run/split.json": images have changed since it was made',
    );
    for (const i of [1, 2]) assertStringIncludes(message, `"plate/train/good/${i}.png"`);
    assertStringIncludes(message, "or start another run");

    const forget = (split: Split) => {
      split.sha256 = {}; // as of before there were hashes
    };
    assertEquals(await said(root, [5, 5], { change: renumber, swap: forget }), []);
    const later = () => Deno.copyFile(good(0), good(7));
    assertEquals(await said(root, [5, 5], { change: later }), []);
  }));

Deno.test("checkData() names every file that cannot be used, in whatever part", () =>
  withTempDir(async (root) => {
    const cut = join(root, "plate/train/good/3.png");
    const change = async () => {
      await Deno.writeFile(cut, (await Deno.readFile(cut)).slice(0, 60));
      const mask = join(root, "plate/ground_truth/spot/7_mask.png");
      await Deno.writeFile(mask, await maskPng(1, 3, 3));
    };
    const { message } = await assertRejects(() => said(root, [5, 5], { change }), Error);
    assertStringIncludes(message, '(in "plate/train/good/3.png")');
    assertStringIncludes(message, 'mask "plate/ground_truth/spot/7_mask.png" is 3×3');
  }));
