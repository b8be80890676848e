import { assertEquals, assertRejects } from "@std/assert";
import type { Sample } from "../../models/dataset.ts";
import type { SampleCache } from "../../trainer/data/sample_cache.ts";
import type { Learner } from "../../trainer/learner.ts";
import { chooseSamples, validate } from "../../trainer/validate.ts";

const samples = Array.from({ length: 20 }, (_, i): Sample => ({
  product: "plate",
  path: `plate/test/${i}.png`,
  defect: i % 2 === 0 ? "spot" : "good",
}));

Deno.test("chooseSamples() chooses the same for a seed, no sample twice, at most what there is", () => {
  const chosen = chooseSamples(samples, 8, 3);
  assertEquals(chooseSamples(samples, 8, 3), chosen);
  assertEquals(new Set(chosen).size, 8);
  assertEquals(chooseSamples(samples, 8, 4).every((sample, i) => sample === chosen[i]), false);
  assertEquals(chooseSamples(samples, 99, 3).length, 20);
});

Deno.test("chooseSamples() chooses from every type of defect, and no more defects than good ones while these last", () => {
  const of = (product: string, defect: string, count: number) =>
    Array.from({ length: count }, (_, i): Sample => ({
      ...{ product, defect, path: `${product}/${defect}/${i}.png` },
    }));
  const count = (chosen: readonly Sample[], wanted: Partial<Sample>) =>
    chosen.filter((sample) =>
      (wanted.product ?? sample.product) === sample.product &&
      (wanted.defect ?? sample.defect) === sample.defect
    ).length;
  const rare = [...of("plate", "good", 400), ...of("plate", "spot", 3), ...of("plate", "cut", 1)];
  for (let seed = 0; seed < 20; seed++) {
    const chosen = chooseSamples(rare, 20, seed);
    assertEquals(["good", "spot", "cut"].map((defect) => count(chosen, { defect })), [16, 3, 1]);
  }
  const common = [...of("a", "good", 30), ...of("b", "good", 8), ...of("a", "spot", 50)];
  const mixed = chooseSamples([...common, ...of("b", "spot", 2), ...of("b", "cut", 9)], 24, 1);
  assertEquals(
    [["a", "good"], ["b", "good"], ["a", "spot"], ["b", "spot"], ["b", "cut"]]
      .map(([product, defect]) => count(mixed, { product: product!, defect: defect! })),
    [6, 6, 5, 2, 5],
  );
  const few = chooseSamples([...of("a", "good", 2), ...of("a", "spot", 50)], 24, 1);
  assertEquals([count(few, { defect: "good" }), few.length], [2, 24]);
});

/** Four pixels in a row; the last two of a defective sample are its defect. */
const cache: SampleCache = {
  load({ defect }) {
    const size = { width: 4, height: 1 };
    const mask = Uint8Array.of(0, 0, ...(defect === "good" ? [0, 0] : [1, 1]));
    return Promise.resolve({
      image: { ...size, data: new Uint8Array(12).fill(defect === "good" ? 0 : 200) },
      mask: { ...size, data: mask },
    });
  },
};

/** A learner that has these scores for every defective image, and 0 for the others. */
function scoring(scores: number[]): Learner {
  return {
    predict: ({ images }) =>
      Promise.resolve(Float32Array.from(images[0]! > 0 ? scores : [0, 0, 0, 0])),
  } as Partial<Learner> as Learner;
}

Deno.test("validate() measures by the rule that is best for iou_image", async () => {
  // At .3 and below one pixel too many is found, IoU 2/3; above .7 one too few, IoU 1/2.
  const { validation, pictures } = await validate(scoring([0, 0.3, 0.7, 0.9]), samples, cache);
  const { ious, ...overall } = validation;
  assertEquals(overall, { iouImage: 1, iouDefect: 1, threshold: 0.5, minRegionScore: 0.7 });
  assertEquals(ious, new Array(20).fill(1));
  assertEquals(pictures.map(({ path }) => path), [0, 2, 4].map((i) => `plate/test/${i}.png`));
  for (const { predicted, truth } of pictures) assertEquals(predicted, truth);
});

Deno.test("validate() gives iou_image over all images and iou_defect over the defective ones", async () => {
  const { validation } = await validate(scoring([0, 0, 0, 0.9]), samples, cache);
  assertEquals([validation.iouImage, validation.iouDefect], [0.75, 0.5]);
  assertEquals(validation.ious, samples.map(({ defect }) => defect === "good" ? 1 : 0.5));
});

Deno.test("validate() refuses no sample", async () => {
  await assertRejects(() => validate(scoring([]), [], cache), RangeError);
});
