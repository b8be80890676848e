import { assertAlmostEquals, assertEquals } from "@std/assert";
import { place } from "../../../../trainer/data/augment/affine.ts";
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

Deno.test("place() shifts image and mask alike; the border is replicated, without a defect", () => {
  const { image, mask } = place(sample, { ...still, shiftX: 5 });
  for (let y = 0; y < 17; y++) {
    for (let x = 0; x < 17; x++) {
      const from = y * 17 + Math.max(0, x - 5);
      assertEquals(image.data[(y * 17 + x) * 3], sample.image.data[from * 3]);
      assertEquals(mask.data[y * 17 + x], x < 5 ? 0 : sample.mask.data[from]);
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
