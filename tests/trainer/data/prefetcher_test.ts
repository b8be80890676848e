import { join } from "@std/path";
import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { scanDataset } from "../../../models/dataset.ts";
import { createPrefetcher, type PrefetchOptions } from "../../../trainer/data/prefetcher.ts";
import { PrefetchError } from "../../../trainer/data/prefetch_messages.ts";
import { withTempDir } from "../../helpers/temp_dir.ts";
import { writeTinyDataset } from "../tiny_dataset.ts";

async function sourceIn(root: string) {
  await writeTinyDataset(root);
  const samples = await scanDataset(root, ["plate"]);
  return { root, samples, width: 16, height: 16, batch: 3, seed: 0, defectShare: 0.5 };
}

async function take(source: Awaited<ReturnType<typeof sourceIn>>, options: PrefetchOptions) {
  using prefetcher = createPrefetcher(source, options);
  const taken = [];
  for (let i = 0; i < 3; i++) {
    const { step, images, masks, count } = await prefetcher.next();
    taken.push({ step, images, masks, count });
  }
  return taken;
}

Deno.test("createPrefetcher() gives the same batches by any number of Workers, from any first step", () =>
  withTempDir(async (root) => {
    const source = await sourceIn(root);
    const expected = await take(source, { workers: 0 });
    assertEquals(expected.map(({ step }) => step), [0, 1, 2]);
    assertEquals(await take(source, { workers: 1 }), expected);
    assertEquals(await take(source, { workers: 2, ahead: 1 }), expected);
    const later = await take(source, { workers: 1, first: 2 });
    assertEquals(later[0], expected[2]);
    // Without room to keep a sample it is decoded again: the same pixels.
    assertEquals(await take(source, { workers: 1, maxBytes: 0 }), expected);
  }));

Deno.test("createPrefetcher() names the file that cannot be read, and goes on after it", () =>
  withTempDir(async (root) => {
    const source = await sourceIn(root);
    for (const { path } of source.samples) await Deno.writeTextFile(join(root, path), "no picture");
    for (const workers of [0, 1]) {
      using prefetcher = createPrefetcher(source, { workers });
      const error = await assertRejects(() => prefetcher.next(), PrefetchError, "plate/");
      assertEquals(error.code, "failed");
      await assertRejects(() => prefetcher.next(), PrefetchError, "step 1");
    }
  }));

Deno.test("createPrefetcher() says when a batch is not there in time, and when it was disposed", () =>
  withTempDir(async (root) => {
    const source = await sourceIn(root);
    const late = createPrefetcher(source, { workers: 1, timeoutMs: 0 });
    assertEquals((await assertRejects(() => late.next(), PrefetchError)).code, "stalled");
    assertEquals((await assertRejects(() => late.next(), PrefetchError)).code, "stalled");
    for (const workers of [0, 1]) {
      const closed = createPrefetcher(source, { workers });
      closed[Symbol.dispose]();
      assertEquals((await assertRejects(() => closed.next(), PrefetchError)).code, "closed");
    }
  }));

Deno.test("createPrefetcher() ends after the last step and refuses what is out of range", () =>
  withTempDir(async (root) => {
    const source = await sourceIn(root);
    using prefetcher = createPrefetcher(source, { workers: 0, first: 4, end: 5 });
    assertEquals((await prefetcher.next()).step, 4);
    await assertRejects(() => prefetcher.next(), RangeError, "step 4 was the last");
    assertThrows(() => createPrefetcher(source, { workers: -1 }), RangeError, "workers");
    assertThrows(() => createPrefetcher({ ...source, samples: [] }), RangeError, "train part");
  }));

Deno.test("createPrefetcher() makes the next batches before they are asked for", () =>
  withTempDir(async (dir) => {
    const root = join(dir, "data");
    const source = await sourceIn(root);
    using prefetcher = createPrefetcher(source, { workers: 1, ahead: 2, end: 3, maxBytes: 0 });
    await new Promise((resolve) => setTimeout(resolve, 3000));
    await Deno.remove(root, { recursive: true });
    assertEquals([(await prefetcher.next()).step, (await prefetcher.next()).step], [0, 1]);
    await assertRejects(() => prefetcher.next(), PrefetchError, "step 2");
  }));

Deno.test("createPrefetcher() skips to a later step, as one that begins there", async () => {
  await withTempDir(async (root) => {
    const source = await sourceIn(root);
    for (const workers of [0, 1]) {
      using skipping = createPrefetcher(source, { workers, end: 9 });
      using late = createPrefetcher(source, { workers, first: 7, end: 9 });
      await skipping.next();
      skipping.skipTo(7);
      for (let i = 0; i < 2; i++) {
        const { waitedMs: _, ...skipped } = await skipping.next();
        const { waitedMs: __, ...expected } = await late.next();
        assertEquals(skipped, expected);
      }
      assertThrows(() => skipping.skipTo(3), RangeError, "step 3");
    }
  });
});
