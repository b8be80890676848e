import * as tf from "@tensorflow/tfjs";
import { assertEquals } from "@std/assert";
import { upsample2x } from "../../../trainer/ops/tfjs_upsample.ts";
import { testIf } from "../../helpers/require.ts";
import { testBackends } from "../backends.ts";

for (const { capability, use } of testBackends) {
  await testIf(capability, `upsample2x() weighs pixel centres on ${capability}`, async () => {
    await use();
    const x = tf.tensor4d([0, 16, 32], [1, 1, 3, 1]);
    const y = tf.tidy(() => upsample2x(x));
    const row = [0, 4, 12, 20, 28, 32]; // ¾ and ¼ of two neighbours, the border repeated
    assertEquals([...await y.data()], [...row, ...row]);
    tf.dispose([x, y]);
  });
}
