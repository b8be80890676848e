import { assertEquals } from "@std/assert";
import { createRandom } from "../../../../models/random.ts";
import {
  flipX,
  flipY,
  mirrorX,
  mirrorY,
  quarterTurns,
  turn,
} from "../../../../trainer/data/augment/symmetry.ts";
import type { LoadedSample } from "../../../../trainer/data/sample_cache.ts";

/** Pixels 0 … 5, the channels apart; the mask marks pixel 1. */
const wide: LoadedSample = {
  image: { width: 3, height: 2, data: Uint8Array.from({ length: 18 }, (_, i) => i) },
  mask: { width: 3, height: 2, data: Uint8Array.of(0, 1, 0, 0, 0, 0) },
};
const square: LoadedSample = {
  image: { width: 3, height: 3, data: Uint8Array.from({ length: 27 }, (_, i) => i) },
  mask: { width: 3, height: 3, data: Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0, 0) },
};

const order = ({ image }: LoadedSample) =>
  [...image.data].filter((_, i) => i % 3 === 0).map((value) => value / 3);
const defect = ({ mask }: LoadedSample) => mask.data.indexOf(1);

Deno.test("mirrorX(), mirrorY() and quarterTurns() move every pixel, with its channels and its mask", () => {
  for (
    const [moved, expected] of [
      [mirrorX(wide), [2, 1, 0, 5, 4, 3]],
      [mirrorY(wide), [3, 4, 5, 0, 1, 2]],
      [quarterTurns(wide, 0), [0, 1, 2, 3, 4, 5]],
      [quarterTurns(wide, 1), [3, 0, 4, 1, 5, 2]],
      [quarterTurns(wide, 2), [5, 4, 3, 2, 1, 0]],
      [quarterTurns(wide, 3), [2, 5, 1, 4, 0, 3]],
    ] as const
  ) {
    assertEquals(order(moved), [...expected]);
    assertEquals(defect(moved), expected.findIndex((pixel) => pixel === 1));
    for (const [i, value] of moved.image.data.entries()) assertEquals(value % 3, i % 3);
  }
  const turned = quarterTurns(wide, 1).image;
  assertEquals([turned.width, turned.height], [2, 3]);
});

Deno.test("flipX, flipY and turn reach the eight symmetries of a square", () => {
  const reached = new Set<string>();
  for (let seed = 0; seed < 60; seed++) {
    const random = createRandom(seed);
    reached.add(order(turn(flipY(flipX(square, random), random), random)).join());
  }
  assertEquals(reached.size, 8);
});

Deno.test("turn keeps the size of an image that is not square", () => {
  for (let seed = 0; seed < 20; seed++) {
    const { image } = turn(wide, createRandom(seed));
    assertEquals([image.width, image.height], [3, 2]);
  }
});
