import { assert, assertEquals } from "@std/assert";
import { createRandom } from "../../../models/random.ts";
import { cropSample } from "../../../trainer/data/crop.ts";
import type { LoadedSample } from "../../../trainer/data/sample_cache.ts";
import { noisySample } from "./samples.ts";

/** Every pixel of the image names its place. */
function numbered(width: number, height: number, defects: readonly number[]): LoadedSample {
  const data = Uint8Array.from({ length: 3 * width * height }, (_, at) => Math.floor(at / 3));
  const mask = new Uint8Array(width * height);
  for (const at of defects) mask[at] = 1;
  return { image: { width, height, data }, mask: { width, height, data: mask } };
}

Deno.test("cropSample() cuts image and mask at the same place", () => {
  for (let seed = 0; seed < 50; seed++) {
    const { image, mask } = cropSample(numbered(12, 9, [40]), { side: 5 }, createRandom(seed));
    assertEquals([image.width, image.height, mask.width, mask.height], [5, 5, 5, 5]);
    const first = image.data[0]!;
    for (let at = 0; at < 25; at++) {
      const place = first + 12 * Math.floor(at / 5) + at % 5;
      assertEquals(image.data.subarray(3 * at, 3 * at + 3), new Uint8Array(3).fill(place));
      assertEquals(mask.data[at], place === 40 ? 1 : 0);
    }
  }
});

Deno.test("cropSample() shows a defect anywhere in the window, and every window that shows it", () => {
  const [defectAt, starts] = [new Set<number>(), new Set<number>()];
  for (let seed = 0; seed < 400; seed++) {
    const { image, mask } = cropSample(numbered(12, 9, [40]), { side: 4 }, createRandom(seed));
    const at = mask.data.indexOf(1);
    assert(at >= 0, `seed ${seed} has no defect`);
    defectAt.add(at);
    starts.add(image.data[0]!);
  }
  // Pixel 40 is in column 4 and row 3: four columns and four rows begin a window with it.
  assertEquals([defectAt.size, starts.size], [16, 16]);
});

Deno.test("cropSample() shows every part of a sound image", () => {
  const starts = new Set<number>();
  for (let seed = 0; seed < 600; seed++) {
    starts.add(cropSample(numbered(12, 9, []), { side: 4 }, createRandom(seed)).image.data[0]!);
  }
  assertEquals(starts.size, 9 * 6);
});

Deno.test("cropSample() gives a sample that is not larger than the window", () => {
  const sample = noisySample(16, 8);
  assertEquals(cropSample(sample, { side: 16 }, createRandom(0)), { ...sample, left: 0, top: 0 });
});

Deno.test("cropSample() begins windows on the grid, and says where", () => {
  const starts = new Set<string>();
  for (let seed = 0; seed < 200; seed++) {
    const sample = numbered(12, 8, [40]);
    const { image, mask, left, top } = cropSample(sample, { side: 4, grid: 2 }, createRandom(seed));
    starts.add(`${left} ${top}`);
    assertEquals(image.data[0], 12 * top + left);
    assert(mask.data.includes(1), `seed ${seed} has no defect`);
  }
  // Pixel 40 is in column 4 and row 3.
  assertEquals([...starts].sort(), ["2 0", "2 2", "4 0", "4 2"]);
});
