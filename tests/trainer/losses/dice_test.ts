import * as tf from "@tensorflow/tfjs";
import { assertAlmostEquals, assertEquals } from "@std/assert";
import { defectDice, dice } from "../../../trainer/losses/dice.ts";
import { FLOAT32_LOSS } from "../../tolerances.ts";
import { assertSlope, evaluate, square, uneven } from "./evaluate.ts";

await tf.setBackend("cpu");

Deno.test("dice() is 1 − (2·Σpy + 1) / (Σp + Σy + 1)", async () => {
  // Overlap ½ + ¾, total 7/4 + 2.
  const { value } = await evaluate(dice, square);
  assertAlmostEquals(value, 1 - 3.5 / 4.75, FLOAT32_LOSS);
});

Deno.test("dice() counts every image the same, however large its defect", async () => {
  const [found, missed] = [[50, 50, 50, -50], [-50, -50, -50, -50]];
  const { value } = await evaluate(dice, {
    logits: [...found, ...missed],
    truth: [1, 1, 1, 0, 0, 0, 0, 1],
    images: 2,
  });
  // The large one is found: 0. The small one is missed: 1 − 1/(0 + 1 + 1).
  assertAlmostEquals(value, 0.25, FLOAT32_LOSS);
});

Deno.test("dice() is 0 for the truth itself, with and without a defect", async () => {
  for (const truth of [[1, 0, 0], [0, 0, 0]]) {
    const { value } = await evaluate(dice, { logits: truth.map((y) => 100 * y - 50), truth });
    assertAlmostEquals(value, 0, FLOAT32_LOSS);
  }
});

Deno.test("dice() has the slope of finite differences", () => assertSlope(dice, uneven));

Deno.test("defectDice() is Dice of the images with a defect, over the number of all", async () => {
  const { logits, truth } = square;
  const sound = logits.map(() => 0);
  const both = { logits: [...logits, 3, -1, 0, 2], truth: [...truth, ...sound], images: 2 };
  const [alone, mixed] = [await evaluate(dice, square), await evaluate(defectDice, both)];
  assertAlmostEquals(mixed.value, alone.value / 2, FLOAT32_LOSS);
  assertEquals([...mixed.slope.slice(4)], sound);
  for (const [at, slope] of alone.slope.entries()) {
    assertAlmostEquals(mixed.slope[at]!, slope / 2, FLOAT32_LOSS);
  }
});

Deno.test("defectDice() of images without a defect is 0", async () => {
  const { value, slope } = await evaluate(defectDice, { logits: [4, -2, 0], truth: [0, 0, 0] });
  assertEquals([value, ...slope], [0, 0, 0, 0]);
});

Deno.test("defectDice() has the slope of finite differences", () =>
  assertSlope(defectDice, { ...uneven }));
