import * as tf from "@tensorflow/tfjs";
import { assertEquals, assertThrows } from "@std/assert";
import { nativeBackend } from "../../../trainer/backend/native.ts";
import { compile } from "../../../trainer/compile/compile.ts";
import { RecordingError } from "../../../trainer/compile/recorder.ts";
import { testIf } from "../../helpers/require.ts";
import { testBackends } from "../backends.ts";

/** Runs in turn as it is and as a graph. */
const places = [
  { name: "cpu", use: () => tf.setBackend("cpu"), isGraph: false, capability: undefined },
  { name: "tensorflow", use: testBackends[0].use, isGraph: true, capability: "tensorflow" },
] as const;

for (const { name, use, isGraph, capability } of places) {
  const title = `compile() gives what the function gives, and assigns once, on ${name}`;
  const body = async () => {
    await use();
    const before = tf.memory().numTensors;
    const weight = tf.tidy(() => tf.variable(tf.tensor1d([1, 2])));
    let calls = 0;
    {
      using counted = compile(
        ({ x, bias }: { x: tf.Tensor; bias: tf.Tensor | undefined }, factor: number) => {
          calls++;
          const product = tf.mul(tf.mul(x, weight), factor);
          weight.assign(tf.add(weight, 1));
          return [bias === undefined ? product : tf.add(product, bias), tf.sum(weight)];
        },
        [weight],
      );
      const run = (x: number[][], factor: number, bias?: number) =>
        tf.tidy(() =>
          counted.run(
            { x: tf.tensor2d(x), bias: bias === undefined ? bias : tf.scalar(bias) },
            factor,
          )
            .map((result) => result.arraySync())
        );
      assertEquals(run([[1, 1]], 2), [[[2, 4]], 5]);
      assertEquals(run([[3, 1]], 2), [[[12, 6]], 7]); // other numbers
      assertEquals(run([[1, 1], [2, 2]], 2), [[[6, 8], [12, 16]], 9]); // another shape
      assertEquals(run([[1, 1]], 3), [[[12, 15]], 11]); // another setting
      assertEquals(run([[1, 1]], 2, 100), [[[110, 112]], 13]); // one input more
      assertEquals(run([[1, 1]], 2), [[[12, 14]], 15]);
      assertEquals([...weight.dataSync()], [7, 8]);
      assertEquals(calls, isGraph ? 4 : 6);
    }
    weight.dispose();
    assertEquals(tf.memory().numTensors, before);
  };
  if (capability === undefined) Deno.test(title, body);
  else await testIf(capability, title, body);
}

await testIf("tensorflow", "compile() refuses what a graph would do otherwise", async () => {
  await testBackends[0].use();
  const { binding } = nativeBackend();
  const held = tf.tensor1d([1]);
  held.dataSync();
  tf.tidy(() => tf.neg(held)); // held by TensorFlow now
  const x = tf.tensor1d([2]);
  using foreign = compile(({ x }: { x: tf.Tensor }) => [tf.add(x, held)], []);
  assertThrows(() => tf.tidy(() => foreign.run({ x }, null)), RecordingError, "neither given nor");
  using reading = compile(({ x }: { x: tf.Tensor }) => [tf.add(x, tf.neg(x).dataSync()[0]!)], []);
  assertThrows(() => tf.tidy(() => reading.run({ x }, null)), RecordingError, "are read");
  assertEquals(nativeBackend().binding, binding);
  tf.dispose([held, x]);
});
