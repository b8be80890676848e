import { assertAlmostEquals, assertEquals, assertLess } from "@std/assert";
import { maxAbsDifference } from "../../../models/package.ts";
import { createRandom } from "../../../models/random.ts";
import { signedDistances } from "../../../trainer/losses/distance_map.ts";
import { FLOAT32_INPUT } from "../../tolerances.ts";

/** By the definition: every pixel against every other. */
function reference(mask: Float32Array, width: number, height: number): Float32Array {
  const nearest = (at: number, value: number) => {
    let least = Infinity;
    for (const [other, of] of mask.entries()) {
      if (of !== value) continue;
      const rows = Math.floor(other / width) - Math.floor(at / width);
      least = Math.min(least, Math.hypot(other % width - at % width, rows));
    }
    return least;
  };
  return mask.map((value, at) =>
    (value === 1 ? 0.5 - nearest(at, 0) : nearest(at, 1) - 0.5) / Math.hypot(width, height)
  );
}

Deno.test("signedDistances() measures from a pixel to the outline of the only defect pixel", () => {
  const size = { width: 3, height: 2 };
  const mask = Float32Array.of(1, 0, 0, 0, 0, 0);
  const expected = [-0.5, 0.5, 1.5, 0.5, Math.SQRT2 - 0.5, Math.sqrt(5) - 0.5];
  for (const [at, distance] of signedDistances(mask, size).entries()) {
    assertAlmostEquals(distance, expected[at]! / Math.sqrt(13), FLOAT32_INPUT);
  }
});

Deno.test("signedDistances() agrees with comparing every pixel with every other", () => {
  const random = createRandom("distances");
  for (const [width, height] of [[9, 6], [5, 11], [1, 8], [8, 1]] as const) {
    for (const share of [0.05, 0.3, 0.9]) {
      const mask = new Float32Array(width * height).map(() => random.next() < share ? 1 : 0);
      mask[0] = 1;
      mask[mask.length - 1] = 0;
      const distances = signedDistances(mask, { width, height });
      assertLess(maxAbsDifference(distances, reference(mask, width, height)), FLOAT32_INPUT);
    }
  }
});

Deno.test("signedDistances() is 0 in a mask without an outline, beside one that has it", () => {
  const masks = Float32Array.of(0, 0, 0, 0, 1, 1, 1, 1, 1, 0, 1, 0);
  const distances = signedDistances(masks, { width: 2, height: 2 });
  assertEquals([...distances.subarray(0, 8)], Array(8).fill(0));
  const half = 0.5 / Math.hypot(2, 2);
  for (const [at, expected] of [-half, half, -half, half].entries()) {
    assertAlmostEquals(distances[8 + at]!, expected, FLOAT32_INPUT);
  }
});
