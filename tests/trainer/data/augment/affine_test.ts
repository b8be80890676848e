import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { createRandom } from "../../../../models/random.ts";
import { affine, place, rotate } from "../../../../trainer/data/augment/affine.ts";
import type { Augmentation } from "../../../../trainer/data/augment/augmentation.ts";
import { quarterTurns } from "../../../../trainer/data/augment/symmetry.ts";
import { noisySample } from "../samples.ts";

const still = { angle: 0, scale: 1, shiftX: 0, shiftY: 0 };
const sample = noisySample(17, 17);

Deno.test("place() gives the sample back when nothing moves", () => {
  assertEquals(place(sample, still), sample);
});

Deno.test("place() by a right angle is a quarter turn, to a grey level", () => {
  const placed = place(sample, { ...still, angle: Math.PI / 2 });
  const turned = quarterTurns(sample, 1);
  assertEquals(placed.mask, turned.mask);
  for (const [i, value] of placed.image.data.entries()) {
    assertAlmostEquals(value, turned.image.data[i]!, 1);
  }
});

Deno.test("place() shifts image and mask alike; outside they are mirrored at the border", () => {
  for (const shift of [5, -5]) {
    const { image, mask } = place(sample, { ...still, shiftX: shift, shiftY: shift });
    const from = (to: number) => 16 - Math.abs(16 - Math.abs(to - shift));
    for (let y = 0; y < 17; y++) {
      for (let x = 0; x < 17; x++) {
        const [here, there] = [y * 17 + x, from(y) * 17 + from(x)];
        assertEquals(image.data[3 * here], sample.image.data[3 * there]);
        assertEquals(mask.data[here], sample.mask.data[there]);
      }
    }
  }
});

Deno.test("place() by half a pixel mixes neighbours evenly, on both axes", () => {
  const { image } = place(sample, { ...still, shiftX: 0.5, shiftY: 0.5 });
  const { data } = sample.image;
  for (let y = 1; y < 17; y++) {
    for (let x = 1; x < 17; x++) {
      const at = 3 * (y * 17 + x);
      const mean = (data[at]! + data[at - 3]! + data[at - 51]! + data[at - 54]!) / 4;
      assertAlmostEquals(image.data[at]!, mean, 0.5);
    }
  }
});

Deno.test("place() with a scale above 1 makes the defect larger, by its square", () => {
  const data = new Uint8Array(40 * 40);
  for (let y = 15; y < 25; y++) data.fill(1, y * 40 + 15, y * 40 + 25);
  const size = { width: 40, height: 40 };
  const sample = {
    image: { ...size, data: new Uint8Array(3 * data.length) },
    mask: { ...size, data },
  };
  const area = place(sample, { ...still, scale: 2 }).mask.data.reduce((sum, v) => sum + v, 0);
  assertEquals(area, 400);
});

Deno.test("place() shows what is far outside as the border, mirrored once", () => {
  const { image, mask } = place(sample, { ...still, shiftX: 40 });
  assertEquals(image.data.slice(0, 3), sample.image.data.slice(16 * 3, 17 * 3));
  assertEquals(mask.data[0], sample.mask.data[16]);
});

Deno.test("affine() leaves half of the samples, and puts the others up to 10° askew, rotate() at any angle", () => {
  const data = new Uint8Array(81 * 81);
  for (let y = 39; y < 42; y++) data.fill(1, y * 81 + 64, y * 81 + 67); // 25 to the right of the centre
  const size = { width: 81, height: 81 };
  const image = { ...size, data: new Uint8Array(3 * data.length) };
  const sample = { image, mask: { ...size, data } };
  const degreesBy = (augmentation: Augmentation) => {
    const results = Array.from(
      { length: 64 },
      (_, seed) => augmentation(sample, createRandom(seed)),
    );
    const moved = results.filter((result) => result !== sample);
    assert(moved.length > 16 && moved.length < 48, `${moved.length} of 64`);
    return moved.map(({ mask }) => {
      const at = mask.data.indexOf(1);
      return Math.abs(Math.atan2(Math.floor(at / 81) - 40, at % 81 - 40)) * 180 / Math.PI;
    });
  };
  // A twentieth of the side aside and the blob's own size change the angle by some degrees more.
  assert(Math.max(...degreesBy(affine)) < 30);
  for (const sector of [0, 45, 90, 135]) {
    assert(degreesBy(rotate).some((angle) => angle >= sector && angle < sector + 45), `${sector}°`);
  }
});
