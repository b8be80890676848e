import * as tf from "@tensorflow/tfjs";
import { assertAlmostEquals, assertEquals, assertLess } from "@std/assert";
import { maxAbsDifference } from "../../../models/package.ts";
import { dice } from "../../../trainer/losses/dice.ts";
import type { Pixels } from "../../../trainer/losses/pixels.ts";
import { tversky } from "../../../trainer/losses/tversky.ts";
import { FLOAT32_LOSS } from "../../tolerances.ts";
import { assertSlope, evaluate, square, uneven } from "./evaluate.ts";

await tf.setBackend("cpu");

const withOptions = (falsePositive: number, missed: number, gamma = 1) => (pixels: Pixels) =>
  tversky(pixels, { falsePositive, missed, gamma });

// In the square TP is ½ + ¾, FP ¼ + ¼ and FN ½ + ¼.
const index = (0.3 * 0.5 + 0.7 * 0.75) / (1.25 + 0.3 * 0.5 + 0.7 * 0.75 + 0.5);

Deno.test("tversky() is (a·FP + b·FN) / (TP + a·FP + b·FN + ½)", async () => {
  const { value } = await evaluate(withOptions(0.3, 0.7), square);
  assertAlmostEquals(value, index, FLOAT32_LOSS);
});

Deno.test("tversky() with gamma is the power 1/gamma of each image's loss", async () => {
  const example = {
    logits: [...square.logits, 0, 0, 0, 0],
    truth: [...square.truth, 0, 0, 0, 0],
    images: 2,
  };
  const { value } = await evaluate(withOptions(0.3, 0.7, 4 / 3), example);
  const sound = (0.3 * 2) / (0.3 * 2 + 0.5);
  assertAlmostEquals(value, (index ** 0.75 + sound ** 0.75) / 2, FLOAT32_LOSS);
});

Deno.test("tversky() with ½ and ½ is dice()", async () => {
  const [a, b] = [await evaluate(withOptions(0.5, 0.5), uneven), await evaluate(dice, uneven)];
  assertAlmostEquals(a.value, b.value, FLOAT32_LOSS);
  assertLess(maxAbsDifference(a.slope, b.slope), FLOAT32_LOSS);
});

for (const gamma of [1, 4 / 3, 3]) {
  Deno.test(`tversky() has the slope of finite differences with gamma ${gamma}`, () =>
    assertSlope(withOptions(0.3, 0.7, gamma), uneven));
}

Deno.test("tversky() has a finite slope where all is right", async () => {
  const { slope } = await evaluate(withOptions(0.3, 0.7, 3), { logits: [20, -20], truth: [1, 0] });
  assertEquals(slope.every((value) => Math.abs(value) < 1e-3), true);
});
