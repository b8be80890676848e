import * as tf from "@tensorflow/tfjs";
import { assertAlmostEquals, assertEquals, assertLess } from "@std/assert";
import { dice } from "../../../trainer/losses/dice.ts";
import { missedDefect } from "../../../trainer/losses/missed_defect.ts";
import { FLOAT32_LOSS } from "../../tolerances.ts";
import { assertSlope, evaluate, square, uneven } from "./evaluate.ts";

await tf.setBackend("cpu");

Deno.test("missedDefect() is the mean of −ln p over an image's defect pixels, then over images that have one", async () => {
  const { value } = await evaluate(missedDefect, {
    logits: [...square.logits, 9, 9, 9, 9, 0, 9, 9, 9],
    truth: [...square.truth, 0, 0, 0, 0, 1, 0, 0, 0],
    images: 3,
  });
  const [first, third] = [(Math.log(2) + Math.log(4 / 3)) / 2, Math.log(2)];
  assertAlmostEquals(value, (first + third) / 2, FLOAT32_LOSS);
});

Deno.test("missedDefect() is 0 and pulls on nothing where there is no defect", async () => {
  const { value, slope } = await evaluate(missedDefect, { logits: [3, -3], truth: [0, 0] });
  assertEquals([value, ...slope], [0, 0, 0]);
});

Deno.test("missedDefect() still pulls where a defect is missed altogether", async () => {
  const example = { logits: [-12, -12, -12, -12], truth: [1, 0, 0, 0] };
  assertLess((await evaluate(missedDefect, example)).slope[0]!, -0.9);
  assertLess(-1e-3, (await evaluate(dice, example)).slope[0]!);
});

Deno.test("missedDefect() has the slope of finite differences", () =>
  assertSlope(missedDefect, uneven));
