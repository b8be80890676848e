import { join } from "@std/path";
import { assertEquals, assertMatch, assertRejects, assertStringIncludes } from "@std/assert";
import { scanDataset } from "../../models/dataset.ts";
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
  { change, ratios = [6, 2, 2] }: { change?: () => Promise<void>; ratios?: Ratios } = {},
): Promise<string[]> {
  await writeTinyDataset(root, good, defective);
  const samples = await scanDataset(root);
  const split = await splitDataset(root, samples, { seed: 0, ratios });
  await change?.();
  const lines: string[] = [];
  const size = { width: TINY_SIZE, height: TINY_SIZE };
  await checkData({ root, samples, split }, inputOf(size), (line) => lines.push(line));
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

Deno.test("checkData() refuses a part without a defect, and one without an image", () =>
  withTempDir(async (root) => {
    await assertRejects(
      () => said(root, [5, 1]),
      RangeError,
      "the validation part has 1 images, none with a defect",
    );
    await assertRejects(
      () => said(root, [5, 5], { ratios: [6, 0, 4] }),
      RangeError,
      "the validation part has no image",
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
      "none with a defect",
    );
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
