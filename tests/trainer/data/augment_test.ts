import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { createRandom } from "../../../models/random.ts";
import { augment } from "../../../trainer/data/augment.ts";
import {
  type AugmentationKind,
  augmentationKinds,
} from "../../../trainer/data/augment/switches.ts";
import { noisySample } from "./samples.ts";

const sample = noisySample(24, 16);

Deno.test("augment() without a kind gives the sample back", () => {
  assertEquals(augment(sample, [], createRandom(0)), sample);
});

Deno.test("augment() follows from the seed, whatever the order of its kinds, and changes no input", () => {
  const before = structuredClone(sample);
  const of = (seed: number, kinds: readonly AugmentationKind[] = augmentationKinds) =>
    augment(sample, kinds, createRandom(seed));
  assertEquals(of(1), of(1, augmentationKinds.toReversed()));
  assertNotEquals(of(1), of(2));
  assertEquals(sample, before);
});

Deno.test("augment() keeps the size, and a mask of 0 and 1", () => {
  for (const kind of augmentationKinds) {
    for (let seed = 0; seed < 8; seed++) {
      const { image, mask } = augment(sample, [kind], createRandom(seed));
      assertEquals([image.width, image.height, mask.width, mask.height], [24, 16, 24, 16], kind);
      assertEquals([image.data.length, mask.data.length], [3 * 24 * 16, 24 * 16], kind);
      assert(mask.data.every((value) => value === 0 || value === 1), kind);
    }
  }
});

Deno.test("augment() changes something by every kind, the mask only where pixels move", () => {
  const moving = new Set(["flipX", "flipY", "turn", "rotate", "affine"]);
  for (const kind of augmentationKinds) {
    const drawn = Array.from(
      { length: 8 },
      (_, seed) => augment(sample, [kind], createRandom(seed)),
    );
    const changed = (part: "image" | "mask") =>
      drawn.some((other) => other[part].data.some((value, at) => value !== sample[part].data[at]));
    assert(changed("image"), kind);
    assertEquals(changed("mask"), moving.has(kind), kind);
  }
});

Deno.test("augment() without one kind does as before by the others", () => {
  const without = augment(sample, ["light"], createRandom(5));
  const all = augment(sample, ["light", "flipX"], createRandom(5));
  const sorted = ({ image }: typeof sample) => [...image.data].sort((a, b) => a - b);
  assertEquals(sorted(all), sorted(without));
});

Deno.test("augment() resamples pixels once: at any angle, or askew", () => {
  const by = (...kinds: AugmentationKind[]) =>
    Array.from({ length: 8 }, (_, seed) => augment(sample, kinds, createRandom(seed)));
  assertEquals(by("rotate", "affine"), by("rotate"));
  assertNotEquals(by("rotate"), by("affine"));
});
