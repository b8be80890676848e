import * as tf from "@tensorflow/tfjs";
import { assertAlmostEquals, assertLess } from "@std/assert";
import { maxAbsDifference } from "../../../models/package.ts";
import { binaryCrossEntropy } from "../../../trainer/losses/binary_cross_entropy.ts";
import { focal } from "../../../trainer/losses/focal.ts";
import type { Pixels } from "../../../trainer/losses/pixels.ts";
import { FLOAT32_LOSS } from "../../tolerances.ts";
import { assertSlope, evaluate, square, uneven } from "./evaluate.ts";

await tf.setBackend("cpu");

const withOptions = (alpha: number, gamma: number) => (pixels: Pixels) =>
  focal(pixels, { alpha, gamma });

Deno.test("focal() is the mean of −αₜ·(1−pₜ)^γ·ln pₜ", async () => {
  const { value } = await evaluate(withOptions(0.25, 2), square);
  const defect = 0.25 * (Math.log(2) / 4 + Math.log(4 / 3) / 16);
  const sound = 0.75 * (2 * Math.log(4 / 3) / 16);
  assertAlmostEquals(value, (defect + sound) / 4, FLOAT32_LOSS);
});

Deno.test("focal() with gamma 0 and alpha ½ is half of the cross-entropy", async () => {
  const [half, whole] = [
    await evaluate(withOptions(0.5, 0), uneven),
    await evaluate(binaryCrossEntropy, uneven),
  ];
  assertAlmostEquals(half.value, whole.value / 2, FLOAT32_LOSS);
  assertLess(maxAbsDifference(half.slope, whole.slope.map((z) => z / 2)), FLOAT32_LOSS);
});

for (const gamma of [0.5, 1, 2, 3.5]) {
  Deno.test(`focal() has the slope of finite differences with gamma ${gamma}`, () =>
    assertSlope(withOptions(0.3, gamma), uneven));
}
