import * as tf from "@tensorflow/tfjs";
import { assertAlmostEquals, assertLess } from "@std/assert";
import { mapDistillation } from "../../../trainer/distillation/map_distillation.ts";
import { FLOAT32_LOSS } from "../../tolerances.ts";
import { assertSlopeOfLogits, evaluateOfLogits } from "../losses/evaluate.ts";

await tf.setBackend("cpu");

const lossOf =
  (temperature: number, bandWeight: number) => (student: tf.Tensor, teacher: tf.Tensor) =>
    mapDistillation(student, teacher, { temperature, bandWeight });

Deno.test("mapDistillation() is the cross-entropy of softened scores, times the square of the temperature", async () => {
  const example = { logits: [0, 2 * Math.log(3)], truth: [2 * Math.log(3), 0] };
  const { value } = await evaluateOfLogits(lossOf(2, 0), example);
  // Softened: student ½ and ¾, teacher ¾ and ½.
  const expected = 4 * (Math.log(2) + (Math.log(4 / 3) + Math.log(4)) / 2) / 2;
  assertAlmostEquals(value, expected, FLOAT32_LOSS);
});

Deno.test("mapDistillation() counts a pixel more where the teacher is in two minds", async () => {
  const example = { logits: [1, 1], truth: [0, 100] };
  const { slope } = await evaluateOfLogits(lossOf(1, 9), example);
  const [doubtful, sure] = [0.5, 1].map((target) => 1 / (1 + Math.exp(-1)) - target);
  assertAlmostEquals(slope[0]!, 10 / 11 * doubtful!, FLOAT32_LOSS);
  assertAlmostEquals(slope[1]!, 1 / 11 * sure!, FLOAT32_LOSS);
});

Deno.test("mapDistillation() has nothing to teach a student that agrees", async () => {
  const same = [0.3, -4, 2, 7];
  const { slope } = await evaluateOfLogits(lossOf(3, 20), { logits: same, truth: same });
  assertLess(Math.max(...slope.map(Math.abs)), FLOAT32_LOSS);
});

Deno.test("mapDistillation() has the slope of finite differences", () =>
  assertSlopeOfLogits(lossOf(2, 5), {
    logits: [0.3, -1.2, 2, -0.1, 0.7, -0.4, -2, 0.2],
    truth: [1.5, -3, 0.2, 0.1, -0.5, -6, 4, 0],
    images: 2,
  }));
