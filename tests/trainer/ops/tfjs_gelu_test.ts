import * as tf from "@tensorflow/tfjs";
import { assertAlmostEquals } from "@std/assert";
import { gelu } from "../../../trainer/ops/tfjs_gelu.ts";
import { FLOAT32_LOSS } from "../../tolerances.ts";

Deno.test("gelu() is x times the normal distribution's Φ(x)", async () => {
  await tf.setBackend("cpu");
  // Φ from a table of the normal distribution, not from the approximation by tanh, which is 3e-4 off at 2.
  const table = [[-2, 0.0227501319], [-0.5, 0.3085375387], [0, 0.5], [1, 0.8413447461]] as const;
  for (const [x, phi] of table) {
    const [y = NaN] = await tf.tidy(() => gelu(tf.scalar(x))).data<"float32">();
    assertAlmostEquals(y, x * phi, FLOAT32_LOSS);
  }
});
