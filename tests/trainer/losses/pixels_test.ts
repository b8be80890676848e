import * as tf from "@tensorflow/tfjs";
import { assertAlmostEquals, assertEquals } from "@std/assert";
import { pixelsOf, sumPerImage } from "../../../trainer/losses/pixels.ts";
import { testIf } from "../../helpers/require.ts";
import { FLOAT32_LOSS } from "../../tolerances.ts";
import { testBackends } from "../backends.ts";

Deno.test("sumPerImage() sums each image alone and keeps the rank", async () => {
  await tf.setBackend("cpu");
  const sums = sumPerImage(tf.tensor4d([1, 2, 3, 4, 5, 6, 7, 8], [2, 2, 2, 1]));
  assertEquals([sums.shape, [...await sums.data()]], [[2, 1, 1, 1], [10, 26]]);
});

for (const { capability, use } of testBackends) {
  await testIf(
    capability,
    `pixelsOf() is right for logits of any size on ${capability}`,
    async () => {
      await use();
      const shape = [1, 1, 5, 1];
      const pixels = pixelsOf(
        tf.tensor([1e4, -1e4, 1e4, -1e4, Math.log(3)], shape),
        tf.tensor([0, 1, 1, 0, 1], shape),
      );
      const expected = {
        probability: [1, 0, 1, 0, 3 / 4],
        crossEntropy: [1e4, 1e4, 0, 0, Math.log(4 / 3)],
        residual: [1, -1, 0, 0, -1 / 4],
        sigmoidSlope: [0, 0, 0, 0, 3 / 16],
      };
      for (const name of ["probability", "crossEntropy", "residual", "sigmoidSlope"] as const) {
        const values = await pixels[name].data();
        for (const [at, value] of expected[name].entries()) {
          assertAlmostEquals(values[at]!, value, FLOAT32_LOSS, `${name} ${at}`);
        }
      }
      tf.dispose({ ...pixels });
    },
  );
}
