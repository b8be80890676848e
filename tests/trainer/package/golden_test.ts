import * as tf from "@tensorflow/tfjs";
import { assertEquals, assertLess, assertRejects } from "@std/assert";
import { maxAbsDifference, PackageError } from "../../../models/package.ts";
import { readSafetensors } from "../../../models/safetensors.ts";
import { convBias } from "../../../trainer/networks/blocks.ts";
import type { Network } from "../../../trainer/ops/ops.ts";
import { checkGolden, encodeGolden, makeGolden } from "../../../trainer/package/golden.ts";
import { openGraph } from "../../../trainer/package/verify.ts";
import {
  TINY_HEIGHT,
  TINY_WIDTH,
  tinyGraph,
  tinyInput,
  tinyScores,
} from "../../helpers/tiny_model.ts";
import { MAP_PARITY, OP_PARITY } from "../../tolerances.ts";

await tf.setBackend("cpu");

const size = { height: TINY_HEIGHT, width: TINY_WIDTH };

/** The tiny model's text: each score is sigmoid(4·(r + g + b) − 6). */
const network: Network = (ops, image) => ({
  logits: convBias(ops, image, { filters: 1, kernel: 1 }),
  features: [],
});

async function goldenOf(bias: number) {
  const variables = new Map([
    ["kernel", tf.variable(tf.fill([1, 1, 3, 1], 4))],
    ["bias", tf.variable(tf.tensor1d([bias]))],
  ]);
  const before = tf.memory().numTensors;
  const golden = await makeGolden(network, variables, tinyInput(), size);
  assertEquals(tf.memory().numTensors, before);
  tf.dispose([...variables.values()]);
  return golden;
}

Deno.test("makeGolden() keeps the input and the trainer's own map for it", async () => {
  const { image, anomaly_map } = await goldenOf(-6);
  assertEquals(image, tinyInput());
  assertLess(maxAbsDifference(anomaly_map, tinyScores(tinyInput())), OP_PARITY);
});

Deno.test("checkGolden() gives the difference of a graph that answers as the trainer", async () => {
  await using runner = await openGraph(tinyGraph(), size);
  const difference = await checkGolden(runner, await goldenOf(-6), MAP_PARITY);
  assertLess(difference, OP_PARITY);
});

Deno.test("checkGolden() refuses a wrong graph with the figure", async () => {
  await using runner = await openGraph(tinyGraph(), size);
  const golden = await goldenOf(-6.1);
  const wrong = maxAbsDifference(golden.anomaly_map, tinyScores(tinyInput()));
  const error = await assertRejects(() => checkGolden(runner, golden, MAP_PARITY), PackageError);
  assertEquals(error.code, "golden");
  const [, figure, allowed] = /by ([\d.e-]+), at most ([\d.e-]+) is allowed/.exec(error.message)!;
  assertLess(Math.abs(Number(figure) - wrong), OP_PARITY);
  assertEquals(Number(allowed), MAP_PARITY);
});

Deno.test("encodeGolden() writes image and anomaly_map with their shapes", async () => {
  const golden = await goldenOf(-6);
  const { tensors } = readSafetensors(encodeGolden(golden, size));
  assertEquals(Object.fromEntries(tensors), {
    image: { dtype: "F32", shape: [1, 3, TINY_HEIGHT, TINY_WIDTH], data: golden.image },
    anomaly_map: {
      dtype: "F32",
      shape: [1, 1, TINY_HEIGHT, TINY_WIDTH],
      data: golden.anomaly_map,
    },
  });
});
