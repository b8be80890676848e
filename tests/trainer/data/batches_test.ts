import { assertAlmostEquals, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import type { Sample } from "../../../models/dataset.ts";
import { pixelMean, pixelStd } from "../../../trainer/config.ts";
import { noAugmentation } from "../../../trainer/data/augment.ts";
import { createBatches, toBatch } from "../../../trainer/data/batches.ts";
import type { LoadedSample, SampleCache } from "../../../trainer/data/sample_cache.ts";
import { FLOAT32_INPUT } from "../../tolerances.ts";

const sample = (product: string, defect: string, i: number): Sample => ({
  product,
  path: `${product}/${defect}/${i}.png`,
  defect,
});

/** Two pixels side by side; the right one is a defect. */
function pair(left: number, right: number): LoadedSample {
  const size = { width: 2, height: 1 };
  return {
    image: { ...size, data: Uint8Array.of(left, left, left, right, right, right) },
    mask: { ...size, data: Uint8Array.of(0, 1) },
  };
}

/** Gives every sample the same picture and notes what was asked for. */
function recordingCache(): SampleCache & { readonly asked: Sample[] } {
  const asked: Sample[] = [];
  return {
    asked,
    load(sample) {
      asked.push(sample);
      return Promise.resolve(pair(10, 20));
    },
  };
}

const normalised = (value: number, channel: 0 | 1 | 2) =>
  (value / 255 - pixelMean[channel]) / pixelStd[channel];

Deno.test("toBatch() gives normalised [N,H,W,3] and masks [N,H,W,1]", () => {
  const { images, masks, count } = toBatch([pair(0, 255), pair(51, 102)]);
  assertEquals(count, 2);
  assertEquals([...masks], [0, 1, 0, 1]);
  const expected = [0, 255, 51, 102].flatMap((value) =>
    [0, 1, 2].map((channel) => normalised(value, channel as 0 | 1 | 2))
  );
  for (const [i, value] of expected.entries()) {
    assertAlmostEquals(images[i]!, value, FLOAT32_INPUT);
  }
});

Deno.test("toBatch() moves image and mask alike, and lights only the image, within 0..1", () => {
  const { images, masks } = toBatch([pair(0, 204)], [{
    ...noAugmentation,
    ...{ mirrorX: true, gain: 1.5, offset: 0.1 },
  }]);
  assertEquals([...masks], [1, 0]);
  assertAlmostEquals(images[0]!, normalised(255, 0), FLOAT32_INPUT);
  assertAlmostEquals(images[3]!, normalised(25.5, 0), FLOAT32_INPUT);
});

Deno.test("toBatch() refuses no sample", () => {
  assertThrows(() => toBatch([]), RangeError);
});

Deno.test("createBatches() gives a step the same batch whatever came before it", async () => {
  const samples = Array.from({ length: 9 }, (_, i) => sample("a", i % 2 ? "good" : "dent", i));
  const options = { batch: 4, seed: 1, defectShare: 0.5 };
  const batchAt = (seed: number) => createBatches(samples, recordingCache(), { ...options, seed });
  const straight = batchAt(1);
  await straight(0);
  await straight(1);
  assertEquals(await straight(2), await batchAt(1)(2));
  assertNotEquals(await straight(2), await straight(3));
  assertNotEquals(await straight(2), await batchAt(2)(2));
});

Deno.test("createBatches() draws defects, products and defect types by share, not by number", async () => {
  const samples = [
    ...Array.from({ length: 90 }, (_, i) => sample("a", "good", i)),
    ...Array.from({ length: 10 }, (_, i) => sample("b", "good", i)),
    ...Array.from({ length: 9 }, (_, i) => sample("a", "dent", i)),
    sample("a", "crack", 0),
    sample("b", "hole", 0),
  ];
  const cache = recordingCache();
  await createBatches(samples, cache, { batch: 2000, seed: 0, defectShare: 0.25 })(0);
  const share = (wanted: (sample: Sample) => boolean) => cache.asked.filter(wanted).length / 2000;
  // Three standard deviations of a share of 2000 draws are at most 0.034.
  assertAlmostEquals(share(({ defect }) => defect !== "good"), 0.25, 0.034);
  assertAlmostEquals(share(({ defect }) => defect === "crack"), 0.0625, 0.034);
  assertEquals(share(({ product }) => product === "b"), 0.5);
});

Deno.test("createBatches() shows every product in every batch that has room for it", async () => {
  const products = ["a", "b", "c"];
  const samples = products.flatMap((product) => [
    ...Array.from({ length: 30 }, (_, i) => sample(product, "good", i)),
    sample(product, "dent", 0),
  ]);
  for (let step = 0; step < 20; step++) {
    const cache = recordingCache();
    await createBatches(samples, cache, { batch: 4, seed: 0, defectShare: 0.5 })(step);
    assertEquals(new Set(cache.asked.map(({ product }) => product)).size, 3);
    assertEquals(cache.asked.filter(({ defect }) => defect !== "good").length, 2);
  }
});

Deno.test("createBatches() makes do with what there is", async () => {
  const cache = recordingCache();
  const onlyGood = [sample("a", "good", 0)];
  const { count } = await createBatches(onlyGood, cache, { batch: 3, seed: 0, defectShare: 1 })(0);
  assertEquals(count, 3);
  assertThrows(
    () => createBatches([], cache, { batch: 3, seed: 0, defectShare: 1 }),
    RangeError,
    "train part",
  );
});
