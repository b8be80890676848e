import { assertAlmostEquals, assertEquals, assertGreater, assertThrows } from "@std/assert";
import { pixelMean, pixelStd } from "../../../trainer/config.ts";
import type { Sample } from "../../../models/sample.ts";
import { augment } from "../../../trainer/data/augment.ts";
import {
  type AugmentationSwitches,
  defaultSwitches,
} from "../../../trainer/data/augment/switches.ts";
import { createBatches, toBatch } from "../../../trainer/data/batches.ts";
import { createDraws } from "../../../trainer/data/draw_samples.ts";
import type { LoadedSample } from "../../../trainer/data/sample_cache.ts";
import { transplant } from "../../../trainer/data/synthetic/transplant.ts";
import { FLOAT32_INPUT } from "../../tolerances.ts";
import { namedSample, noisySample, recordingCache } from "./samples.ts";

/** Two pixels side by side; the right one is a defect. */
function pair(left: number, right: number): LoadedSample {
  const size = { width: 2, height: 1 };
  return {
    image: { ...size, data: Uint8Array.of(left, left, left, right, right, right) },
    mask: { ...size, data: Uint8Array.of(0, 1) },
  };
}

Deno.test("toBatch() gives normalised [N,H,W,3] and masks [N,H,W,1]", () => {
  const { images, masks, count } = toBatch([pair(0, 255), pair(51, 102)]);
  assertEquals(count, 2);
  assertEquals([...masks], [0, 1, 0, 1]);
  const expected = [0, 255, 51, 102].flatMap((value) =>
    ([0, 1, 2] as const).map((channel) => (value / 255 - pixelMean[channel]) / pixelStd[channel])
  );
  for (const [i, value] of expected.entries()) {
    assertAlmostEquals(images[i]!, value, FLOAT32_INPUT);
  }
});

Deno.test("toBatch() refuses no sample", () => {
  assertThrows(() => toBatch([]), RangeError);
});

const still = { ...defaultSwitches, usual: [] };

Deno.test("createBatches() loads what a step draws, the same batch for the same step", async () => {
  const samples = Array.from({ length: 9 }, (_, i) => namedSample("a", i % 2 ? "good" : "dent", i));
  const options = { batch: 4, seed: 1, defectShare: 0.5 };
  const cache = recordingCache(noisySample(16, 16));
  const batchAt = createBatches(samples, cache, options);
  const first = await batchAt(0);
  assertEquals([first.count, cache.asked.length], [4, 4]);
  await batchAt(1);
  assertEquals(await batchAt(0), first);
});

Deno.test("createBatches() augments by the switches of each product", async () => {
  const cache = recordingCache(noisySample(16, 16));
  const options = {
    batch: 2,
    seed: 0,
    defectShare: 1,
    augment: { ...still, products: { b: ["light"] } },
  } as const;
  const of = async (product: string) =>
    await createBatches([namedSample(product, "dent", 0)], cache, options)(0);
  const plain = toBatch([noisySample(16, 16), noisySample(16, 16)]);
  assertEquals(await of("a"), plain);
  const lit = await of("b");
  assertEquals(lit.masks, plain.masks);
  assertGreater(lit.images.filter((value, at) => value !== plain.images[at]).length, 0);
});

Deno.test("createBatches() gives a product without defects synthetic ones, with their masks", async () => {
  const { image, mask } = noisySample(32, 32);
  const sound = { image, mask: { ...mask, data: new Uint8Array(32 * 32) } };
  const options = { batch: 8, seed: 0, defectShare: 1, augment: still };
  const samples = [namedSample("a", "good", 0)];
  const { masks } = await createBatches(samples, recordingCache(sound), options)(0);
  for (let i = 0; i < 8; i++) {
    assertGreater(masks.subarray(i * 1024, (i + 1) * 1024).indexOf(1), -1);
  }
});

/** A good sample and one that may give it its defect. */
function soundAndDefective() {
  const donor = noisySample(32, 32);
  const sound = { ...noisySample(32, 32, 1), mask: { ...donor.mask, data: new Uint8Array(1024) } };
  const samples = [namedSample("a", "good", 0), namedSample("a", "dent", 1)];
  const cache = {
    load: ({ defect }: Sample) => Promise.resolve(defect === "good" ? sound : donor),
  };
  return { samples, cache, sound, donor };
}

Deno.test("createBatches() shows a good image with the defect of another, turned as its product may be", async () => {
  const { samples, cache } = soundAndDefective();
  const options = { batch: 16, seed: 0, defectShare: 1, transplantShare: 1 };
  const defectsBy = async (augment: AugmentationSwitches) => {
    const { masks } = await createBatches(samples, cache, { ...options, augment })(0);
    return Array.from({ length: 16 }, (_, i) => masks.slice(i * 1024, (i + 1) * 1024));
  };
  for (const mask of await defectsBy(still)) {
    assertEquals(mask.filter((value) => value > 0).length, 16);
  }
  // A square that is turned and mirrored stays one of 16 pixels; one that is made larger or smaller does not.
  const sizes = (await defectsBy({ ...still, usual: ["affine"] }))
    .map((mask) => mask.filter((value) => value > 0).length);
  assertGreater(new Set(sizes).size, 1);
});

Deno.test("createBatches() gives light to a part and the defect laid on it together", async () => {
  const { samples, cache, sound, donor } = soundAndDefective();
  const options = { batch: 4, seed: 0, defectShare: 1, transplantShare: 1 };
  const { images } = await createBatches(samples, cache, {
    ...options,
    augment: { ...still, usual: ["light"] },
  })(0);
  const lit = createDraws(samples, options)(0).map(({ random }) => {
    const whole = transplant(sound, donor, random.fork("transplant"));
    return augment(whole, ["light"], random.fork("augment"));
  });
  assertEquals(images, toBatch(lit).images);
});

Deno.test("createBatches() shows windows in the first steps, then whole images", async () => {
  const options = { batch: 2, seed: 0, defectShare: 1, augment: still, crop: 8, cropSteps: 3 };
  const cache = recordingCache(noisySample(16, 16));
  const batchAt = createBatches([namedSample("a", "dent", 0)], cache, options);
  for (const [step, side] of [[0, 8], [2, 8], [3, 16]] as const) {
    const { images, masks, count, width, height } = await batchAt(step);
    assertEquals([count, width, height], [2, side, side]);
    assertEquals([images.length, masks.length], [6 * side * side, 2 * side * side]);
    assertGreater(masks.subarray(0, side * side).indexOf(1), -1);
  }
});
