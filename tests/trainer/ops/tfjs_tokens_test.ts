import * as tf from "@tensorflow/tfjs";
import { assertAlmostEquals, assertEquals } from "@std/assert";
import { tokenOps } from "../../../trainer/ops/tfjs_tokens.ts";
import { FLOAT32_LOSS } from "../../tolerances.ts";

const { attention, toTokens, toImage } = tokenOps;

Deno.test("attention() mixes the values by softmax(q·k / √size), each head its own channels", async () => {
  await tf.setBackend("cpu");
  const y = tf.tidy(() => {
    // Head 1 scores both tokens alike; head 2 scores the second by ln 3 more than the first, for both queries.
    const queries = tf.tensor3d([0, 1, 0, 1], [1, 2, 2]);
    const keys = tf.tensor3d([7, 0, 9, Math.log(3)], [1, 2, 2]);
    const values = tf.tensor3d([10, 100, 20, 200], [1, 2, 2]);
    return attention(queries, keys, values, { heads: 2 });
  });
  const values = await y.data<"float32">();
  [15, 175, 15, 175].forEach((expected, i) =>
    assertAlmostEquals(values[i]! / expected, 1, FLOAT32_LOSS)
  );
  y.dispose();
});

Deno.test("attention() divides scores by the root of a head's channels", async () => {
  await tf.setBackend("cpu");
  const y = tf.tidy(() => {
    const queries = tf.fill([1, 2, 4], 1);
    const keys = tf.tensor3d([0, 0, 0, 0, 1, 1, 1, 1], [1, 2, 4]); // scores 0 and 4/√4
    const values = tf.tensor3d([0, 0, 0, 0, 1, 1, 1, 1], [1, 2, 4]);
    return attention(queries, keys, values, { heads: 1 });
  });
  const [share = NaN] = await y.data<"float32">();
  assertAlmostEquals(share, 1 / (1 + Math.exp(-2)), FLOAT32_LOSS);
  y.dispose();
});

Deno.test("toTokens() and toImage() go row by row and keep channels together", async () => {
  await tf.setBackend("cpu");
  const image = tf.tensor4d([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], [1, 2, 3, 2]);
  const tokens = toTokens(image);
  assertEquals(tokens.shape, [1, 6, 2]);
  const back = toImage(tokens, { height: 2, width: 3 });
  assertEquals(await back.array(), await image.array());
  tf.dispose([image, tokens, back]);
});
