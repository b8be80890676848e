import { assertEquals, assertGreater, assertLess } from "@std/assert";
import { createRandom } from "../../../../models/random.ts";
import type { LoadedSample } from "../../../../trainer/data/sample_cache.ts";
import { transplant } from "../../../../trainer/data/synthetic/transplant.ts";
import { noisySample } from "../samples.ts";

const side = 64;

/** Dark but for a bright bar over the columns from `bar` on; a grey defect of 4×4 pixels, if any, in its middle. */
function barred(bar: number, hasDefect: boolean): LoadedSample {
  const mask = new Uint8Array(side * side);
  const data = new Uint8Array(side * side * 3);
  for (let y = 0, at = 0; y < side; y++) {
    for (let x = 0; x < side; x++, at++) {
      const isDefect = hasDefect && x >= bar + 4 && x < bar + 8 && y >= 30 && y < 34;
      mask[at] = isDefect ? 1 : 0;
      data.fill(isDefect ? 120 : x >= bar && x < bar + 12 ? 200 : 20, at * 3, at * 3 + 3);
    }
  }
  const size = { width: side, height: side };
  return { image: { ...size, data }, mask: { ...size, data: mask } };
}

function defectsOf({ mask }: LoadedSample): { readonly x: number; readonly y: number }[] {
  return [...mask.data.entries()].filter(([, isDefect]) => isDefect).map(([at]) => ({
    x: at % side,
    y: Math.floor(at / side),
  }));
}

Deno.test("transplant() lays the defect where its surroundings are like those it came from", () => {
  const [donor, sound] = [barred(10, true), barred(36, false)];
  let onBar = 0;
  for (let seed = 0; seed < 20; seed++) {
    const moved = transplant(sound, donor, createRandom(seed));
    const defects = defectsOf(moved);
    assertEquals(defects.length, 16);
    if (defects.every(({ x }) => x >= 36 && x < 48)) onBar++;
    for (const { x, y } of defects) assertEquals(moved.image.data[(y * side + x) * 3], 120);
  }
  // Of places drawn at random one in seven would lie on it.
  assertGreater(onBar, 15);
});

Deno.test("transplant() changes nothing but the defect and a seam of three pixels, and not what it was given", () => {
  const [sound, donor] = [barred(10, false), barred(36, true)];
  const moved = transplant(sound, donor, createRandom(1));
  const defects = defectsOf(moved);
  const [left, top] = [
    Math.min(...defects.map(({ x }) => x)),
    Math.min(...defects.map(({ y }) => y)),
  ];
  for (const [at, value] of moved.image.data.entries()) {
    const [x, y] = [Math.floor(at / 3) % side, Math.floor(at / 3 / side)];
    const isNear = x >= left - 3 && x < left + 7 && y >= top - 3 && y < top + 7;
    if (!isNear) assertEquals(value, sound.image.data[at]);
  }
  assertEquals([sound, donor], [barred(10, false), barred(36, true)]);
});

Deno.test("transplant() leaves a defect in its place where the parts lie alike", () => {
  for (let seed = 0; seed < 20; seed++) {
    const moved = transplant(barred(10, false), barred(10, true), createRandom(seed));
    assertEquals(moved, barred(10, true));
  }
});

Deno.test("transplant() mixes the two images over the seam, less with every pixel", () => {
  const moved = transplant(barred(side, false), barred(10, true), createRandom(0));
  // The defect is four pixels wide and as high, from (14, 30) on; around it the donor is 200, the sample 20.
  const steps = [120, 20 + 180 * 0.375, 20 + 180 * 0.25, 20 + 180 * 0.125, 20].map(Math.round);
  const at = (x: number, y: number) => moved.image.data[(y * side + x) * 3]!;
  for (const [distance, value] of steps.entries()) {
    const around = [at(14 - distance, 31), at(17 + distance, 31), at(15, 30 - distance)];
    assertEquals([...around, at(15, 33 + distance)], new Array(4).fill(value));
  }
});

Deno.test("transplant() lays a defect at a border there and at others, wherever it fits", () => {
  const donor = noisySample(side, side);
  const atCorner = { ...donor, mask: { ...donor.mask, data: donor.mask.data.slice() } };
  atCorner.mask.data.fill(0);
  atCorner.mask.data[0] = 1;
  const { image, mask } = noisySample(side, side, 1);
  const sound = { image, mask: { ...mask, data: new Uint8Array(side * side) } };
  const places = new Set<number>();
  for (let seed = 0; seed < 20; seed++) {
    const defects = defectsOf(transplant(sound, atCorner, createRandom(seed)));
    assertEquals(defects.length, 1);
    places.add(defects[0]!.y * side + defects[0]!.x);
  }
  assertGreater(places.size, 5);
});

Deno.test("transplant() covers a whole image, and leaves one alone when there is no defect", () => {
  const sound = barred(10, false);
  const { image, mask } = barred(36, true);
  const everywhere = { image, mask: { ...mask, data: new Uint8Array(side * side).fill(1) } };
  assertEquals(transplant(sound, everywhere, createRandom(0)), everywhere);
  assertEquals(transplant(sound, barred(36, false), createRandom(0)), sound);
});

Deno.test("transplant() follows from the seed, and keeps a defect that was there", () => {
  const [defective, donor] = [barred(10, true), barred(36, true)];
  const draw = (seed: number) => transplant(defective, donor, createRandom(seed));
  assertEquals(draw(4), draw(4));
  const places = new Set(Array.from({ length: 8 }, (_, seed) => draw(seed).mask.data.join("")));
  assertGreater(places.size, 1);
  for (const [at, was] of defective.mask.data.entries()) {
    assertLess(was, draw(4).mask.data[at]! + 1);
  }
});
