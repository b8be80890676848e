import * as tf from "@tensorflow/tfjs";
import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { nativeBackend } from "../../../trainer/backend/native.ts";
import { compile } from "../../../trainer/compile/compile.ts";
import { RecordingError } from "../../../trainer/compile/recorder.ts";
import { testIf } from "../../helpers/require.ts";
import { testBackends } from "../backends.ts";

/** Whatever device the add-on is for: on a GPU nothing is a graph. */
async function useCpuDevice(): Promise<void> {
  await testBackends[0].use();
  (nativeBackend() as { isUsingGpuDevice: boolean }).isUsingGpuDevice = false;
}

/** Runs in turn as it is and as a graph. */
const places = [
  { name: "cpu", use: () => tf.setBackend("cpu"), isGraph: false, capability: undefined },
  { name: "tensorflow", use: useCpuDevice, isGraph: true, capability: "tensorflow" },
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
  await useCpuDevice();
  const backend = nativeBackend();
  const { binding, move } = backend;
  const [x, uploaded, notYet] = [2, 1, 3].map((value) => tf.tensor1d([value])) as [
    tf.Tensor,
    tf.Tensor,
    tf.Tensor,
  ];
  backend.getInputTensorIds([uploaded]);
  const refusal = (
    body: (given: { x: tf.Tensor; y?: tf.Tensor }) => tf.Tensor[],
    y?: tf.Tensor,
  ) => {
    using refused = compile(body, []);
    const { message } = assertThrows(
      () => tf.tidy(() => refused.run(y ? { x, y } : { x }, null)),
      RecordingError,
    );
    return message;
  };
  assertStringIncludes(refusal(({ x }) => [tf.add(x, uploaded)]), "input 1 of Add");
  assertStringIncludes(refusal(({ x }) => [tf.add(x, notYet)]), "[1] that was there before");
  assertStringIncludes(refusal(({ x }) => [tf.add(x, tf.neg(x).dataSync()[0]!)]), "are read");
  assertStringIncludes(refusal(({ x, y }) => [tf.sub(x, y!)], tf.clone(x)), "[1] is given twice");
  assertEquals([backend.binding, backend.move], [binding, move]);
  tf.dispose([x, uploaded, notYet]);
});

await testIf("tensorflow", "compile() leaves variables alone when the function fails", async () => {
  await useCpuDevice();
  const weight = tf.tidy(() => tf.variable(tf.scalar(1)));
  using failing = compile((_: { x: tf.Tensor }) => {
    weight.assign(tf.scalar(2));
    throw new RangeError("no");
  }, [weight]);
  assertThrows(() => tf.tidy(() => failing.run({ x: tf.scalar(0) }, null)), RangeError, "no");
  assertEquals(weight.dataSync()[0], 1);
  weight.dispose();
});

await testIf(
  "tensorflow",
  "compile() gives its graphs back, whatever backend is set by then",
  async () => {
    await useCpuDevice();
    const backend = nativeBackend();
    const before = backend.binding.getNumOfSavedModels();
    {
      using twice = compile(({ x }: { x: tf.Tensor }) => [tf.mul(x, 2)], []);
      tf.tidy(() => twice.run({ x: tf.scalar(1) }, null));
      tf.tidy(() => twice.run({ x: tf.scalar(1, "int32") }, null));
      assertEquals(backend.binding.getNumOfSavedModels(), before + 2);
      await tf.setBackend("cpu");
    }
    assertEquals(backend.binding.getNumOfSavedModels(), before);
  },
);
