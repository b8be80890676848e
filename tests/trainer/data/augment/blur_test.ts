import { assertEquals } from "@std/assert";
import { blurred } from "../../../../trainer/data/augment/blur.ts";

Deno.test("blurred() leaves a flat image as it is, up to its border", () => {
  const flat = { width: 4, height: 3, data: new Uint8Array(36).fill(77) };
  assertEquals(blurred(flat, 0.8), flat);
});

Deno.test("blurred() spreads a dot by a Gaussian of the deviation, each channel for itself", () => {
  const data = new Uint8Array(7 * 7 * 3);
  data[(3 * 7 + 3) * 3 + 1] = 255;
  const { data: changed } = blurred({ width: 7, height: 7, data }, 1);
  const taps = [0, 1, 2].map((distance) => Math.exp(-(distance ** 2) / 2));
  const sum = taps[0]! + 2 * taps[1]! + 2 * taps[2]!;
  for (let y = 0; y < 7; y++) {
    for (let x = 0; x < 7; x++) {
      const of = (at: number) => (taps[Math.abs(at - 3)] ?? 0) / sum;
      const expected = [0, Math.round(255 * of(x) * of(y)), 0];
      const at = (y * 7 + x) * 3;
      assertEquals([...changed.subarray(at, at + 3)], expected, `${x}, ${y}`);
    }
  }
});
