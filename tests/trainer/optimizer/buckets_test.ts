import * as tf from "@tensorflow/tfjs";
import { assertEquals, assertThrows } from "@std/assert";
import {
  type Bucket,
  createBuckets,
  join,
  sizeOf,
  split,
} from "../../../trainer/optimizer/buckets.ts";
import { testIf } from "../../helpers/require.ts";
import { testBackends } from "../backends.ts";

await tf.setBackend("cpu");

const ones = (...sizes: number[]) =>
  new Map(sizes.map((size, at) => [`w${at}`, tf.ones([size])] as const));
const alike = { decays: () => true, rateFactor: () => 1 };
const pathsOf = (buckets: Bucket[]) =>
  buckets.map(({ members }) => members.map(({ path }) => path).join(" "));

Deno.test("createBuckets() puts weights together that decay alike and learn at one rate", () => {
  const buckets = createBuckets(ones(1, 1, 1, 1, 1), {
    decays: (path) => path !== "w1" && path !== "w4",
    rateFactor: (path) => path === "w2" ? 0.1 : 1,
  });
  assertEquals(pathsOf(buckets), ["w0 w3", "w1 w4", "w2"]);
  assertEquals(buckets.map(({ decays, rateFactor }) => [decays, rateFactor]), [
    [true, 1],
    [false, 1],
    [true, 0.1],
  ]);
});

Deno.test("createBuckets() begins a new one where the last is full, and gives a large weight one of its own", () => {
  const buckets = createBuckets(ones(2, 2, 1, 9, 3), { ...alike, largest: 4 });
  assertEquals(pathsOf(buckets), ["w0 w1", "w2", "w3", "w4"]);
  assertEquals(buckets.map(sizeOf), [4, 1, 9, 3]);
});

Deno.test("join() refuses a missing tensor, by its path", () => {
  const buckets = createBuckets(ones(1, 1), alike);
  assertThrows(() => join(buckets, ones(1)), RangeError, 'Weight "w1" is missing');
});

for (const { capability, use } of testBackends) {
  await testIf(capability, `split() gives back what join() took on ${capability}`, async () => {
    await use();
    const before = tf.memory().numTensors;
    // More tensors than a shader may bind.
    const weights = new Map<string, tf.Tensor>(
      Array.from({ length: 70 }, (_, at) => {
        const values = Array.from({ length: 2 * (1 + at % 3) }, (_, i) => 10 * at + i);
        return [`w${at}`, tf.tensor2d(values, [2, 1 + at % 3])] as const;
      }),
    );
    const buckets = createBuckets(weights, { ...alike, decays: (path) => path !== "w3" });
    const entries = tf.tidy(() => {
      const parts = split(buckets, join(buckets, weights));
      return Object.fromEntries(parts);
    });
    assertEquals(Object.keys(entries).sort(), [...weights.keys()].sort());
    for (const [path, part] of Object.entries(entries)) {
      const weight = weights.get(path)!;
      assertEquals(part.shape, weight.shape);
      assertEquals(await part.data(), await weight.data(), path);
    }
    tf.dispose([...Object.values(entries), ...weights.values()]);
    assertEquals(tf.memory().numTensors, before);
    await tf.setBackend("cpu");
  });
}
