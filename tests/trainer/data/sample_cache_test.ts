import { join } from "@std/path";
import { assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { scanDataset } from "../../../models/dataset.ts";
import { createSampleCache, divideCache } from "../../../trainer/data/sample_cache.ts";
import { encodeGrayPng } from "../../../models/encode.ts";
import { plainPng, withFiles } from "../../helpers/data_files.ts";
import { withTempDir } from "../../helpers/temp_dir.ts";
import { TINY_SIZE, writeTinyDataset } from "../tiny_dataset.ts";

const size = { width: 12, height: 8 };

Deno.test("createSampleCache() resizes image and mask", () =>
  withTempDir(async (root) => {
    await writeTinyDataset(root, 0, 1);
    const [sample] = await scanDataset(root);
    const { image, mask } = await createSampleCache(root, size).load(sample!);
    assertEquals([image.width, image.height, image.data.length], [12, 8, 12 * 8 * 3]);
    assertEquals([mask.width, mask.height, mask.data.length], [12, 8, 12 * 8]);
    assertEquals(mask.data.includes(1), true);
  }));

Deno.test("createSampleCache() keeps a defect that is smaller than a pixel", async () => {
  const mask = Uint8Array.from({ length: 32 * 32 }, (_, at) => at === 0 ? 255 : 0);
  const files = {
    "bolt/test/dot/0.png": await plainPng(90, 32, 32),
    "bolt/ground_truth/dot/0_mask.png": await encodeGrayPng({ width: 32, height: 32, data: mask }),
  };
  await withFiles(files, async (root) => {
    const [sample] = await scanDataset(root);
    const { mask } = await createSampleCache(root, { width: 8, height: 8 }).load(sample!);
    assertEquals([mask.data.indexOf(1), mask.data.lastIndexOf(1)], [0, 0]);
  });
});

Deno.test("createSampleCache() keeps what fits and decodes the rest again", () =>
  withTempDir(async (root) => {
    await writeTinyDataset(root, 0, 2);
    const [first, second] = await scanDataset(root);
    const cache = createSampleCache(root, size, 12 * 8 * 4);
    const loaded = await cache.load(first!);
    assertStrictEquals(await cache.load(first!), loaded);
    const again = await cache.load(second!);
    assertEquals(await cache.load(second!), again);
    assertEquals(await cache.load(second!) === again, false);
    await Deno.remove(join(root, "plate"), { recursive: true });
    assertStrictEquals(await cache.load(first!), loaded);
    await assertRejects(() => cache.load(second!), Deno.errors.NotFound);
  }));

Deno.test("divideCache() keeps what is watched first, and both within the limit", () => {
  const limit = { width: 512, height: 512, cacheMb: 10 };
  assertEquals(divideCache(limit, 3), { validation: 3 * 2 ** 20, train: 7 * 2 ** 20 });
  assertEquals(divideCache(limit, 30), { validation: 10 * 2 ** 20, train: 0 });
});

Deno.test("createSampleCache() does not change images that have the size", () =>
  withTempDir(async (root) => {
    await writeTinyDataset(root, 1, 0);
    const [sample] = await scanDataset(root);
    const own = { width: TINY_SIZE, height: TINY_SIZE };
    const { image } = await createSampleCache(root, own).load(sample!);
    assertEquals(image.data.every((value) => value >= 60 && value < 100), true);
  }));
