import * as tf from "@tensorflow/tfjs";
import { assertAlmostEquals, assertEquals } from "@std/assert";
import { clipByGlobalNorm } from "../../../trainer/optimizer/clip.ts";
import { testIf } from "../../helpers/require.ts";
import { FLOAT32_LOSS } from "../../tolerances.ts";
import { testBackends } from "../backends.ts";

await tf.setBackend("cpu");

Deno.test("clipByGlobalNorm() scales all gradients by one factor, and only above the limit", () => {
  const gradients = [tf.tensor1d([3, 0]), tf.tensor1d([4])];
  const clipped = (limit: number) =>
    clipByGlobalNorm(gradients, limit).gradients.flatMap((gradient) => [...gradient.dataSync()]);
  for (const [i, expected] of [1.5, 0, 2].entries()) {
    assertAlmostEquals(clipped(2.5)[i]!, expected, FLOAT32_LOSS);
  }
  assertEquals(clipped(5.5), [3, 0, 4]);
  assertAlmostEquals(clipByGlobalNorm(gradients, 1).norm.dataSync()[0]!, 5, FLOAT32_LOSS);
});

for (const { capability, use } of testBackends) {
  await testIf(
    capability,
    `clipByGlobalNorm() takes more gradients than a shader may bind on ${capability}`,
    async () => {
      await use();
      const ones = Array.from({ length: 64 }, () => tf.tensor1d([1]));
      const { gradients, norm } = clipByGlobalNorm(ones, 4);
      assertAlmostEquals((await norm.data())[0]!, 8, FLOAT32_LOSS);
      for (const gradient of gradients) {
        assertAlmostEquals((await gradient.data())[0]!, 0.5, FLOAT32_LOSS);
      }
      tf.dispose([norm, ...ones, ...gradients]);
      await tf.setBackend("cpu");
    },
  );
}
