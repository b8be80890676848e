import * as tf from "@tensorflow/tfjs";
import { assertAlmostEquals } from "@std/assert";
import { boundary } from "../../../trainer/losses/boundary.ts";
import type { Pixels } from "../../../trainer/losses/pixels.ts";
import { FLOAT32_LOSS } from "../../tolerances.ts";
import { assertSlope, evaluate, square } from "./evaluate.ts";

await tf.setBackend("cpu");

const loss = (pixels: Pixels) =>
  boundary(pixels, tf.tensor([-0.5, -0.2, 0.1, 0.4], pixels.truth.shape));

Deno.test("boundary() is the mean of probability times distance", async () => {
  const { value } = await evaluate(loss, square);
  assertAlmostEquals(value, (-0.5 / 2 - 0.2 * 3 / 4 + 0.1 / 4 + 0.4 / 4) / 4, FLOAT32_LOSS);
});

Deno.test("boundary() has the slope of finite differences", () => assertSlope(loss, square));
