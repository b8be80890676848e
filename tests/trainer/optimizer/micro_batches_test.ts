import * as tf from "@tensorflow/tfjs";
import { assertEquals, assertLess } from "@std/assert";
import { maxAbsDifference } from "../../../models/package.ts";
import { createRandom } from "../../../models/random.ts";
import type { Batch } from "../../../trainer/data/batches.ts";
import { createObjective } from "../../../trainer/losses/objective.ts";
import { parseObjective } from "../../../trainer/losses/parse_objective.ts";
import { createAdamW, stepAdamW } from "../../../trainer/optimizer/adamw.ts";
import { createBuckets, join, split } from "../../../trainer/optimizer/buckets.ts";
import { meanSlope, microBatches, type Slope } from "../../../trainer/optimizer/micro_batches.ts";
import { testIf } from "../../helpers/require.ts";
import { FLOAT32_LOSS } from "../../tolerances.ts";
import { testBackends } from "../backends.ts";

await tf.setBackend("cpu");

const side = 8;

/** Noise, with a defect where it is brightest. */
function noise(count: number): Batch {
  const random = createRandom("micro batches");
  const images = new Float32Array(3 * count * side ** 2).map(() => random.normal());
  const masks = new Float32Array(count * side ** 2).map((_, at) => images[3 * at]! > 1 ? 1 : 0);
  return { images, masks, count, width: side, height: side };
}

Deno.test("microBatches() divides images and masks, the last part may be smaller", () => {
  const batch = noise(5);
  const parts = microBatches(batch, 2);
  assertEquals(parts.map(({ count }) => count), [2, 2, 1]);
  assertEquals(parts.flatMap(({ images }) => [...images]), [...batch.images]);
  assertEquals(parts.flatMap(({ masks }) => [...masks]), [...batch.masks]);
  assertEquals(parts.map(({ masks }) => masks.length), [128, 128, 64]);
  assertEquals(microBatches(batch, 9).map(({ count }) => count), [5]);
});

/** Losses and last weights of a few steps, the gradient of each taken in parts. */
async function learn(size: number): Promise<{ losses: number[]; weights: Float32Array[] }> {
  const random = createRandom("weights");
  const normal = (shape: number[]) => {
    const values = new Float32Array(tf.util.sizeFromShape(shape)).map(() => random.normal() / 4);
    return tf.tidy(() => tf.variable(tf.tensor(values, shape)));
  };
  const weights = new Map([["first", normal([3, 3, 3, 4])], ["last", normal([1, 1, 4, 1])]]);
  const buckets = createBuckets(weights, { decays: () => true, rateFactor: () => 1 });
  const state = createAdamW(buckets);
  const objective = createObjective(parseObjective("bce=1,dice=1"));
  const slopeOf = ({ images, masks, count }: Batch): Slope => {
    const x = tf.tensor4d(images, [count, side, side, 3]);
    const truth = tf.tensor4d(masks, [count, side, side, 1]);
    const conv = (x: tf.Tensor, path: string) =>
      tf.conv2d(x as tf.Tensor4D, weights.get(path)! as tf.Tensor as tf.Tensor4D, 1, "same");
    const { value, grads } = tf.variableGrads(
      () => objective(conv(tf.relu(conv(x, "first")), "last"), truth),
      [...weights.values()],
    );
    const byPath = new Map([...weights].map(([path, { name }]) => [path, grads[name]!]));
    return { loss: value, gradients: join(buckets, byPath) };
  };
  const losses = [];
  for (let step = 0; step < 5; step++) {
    const held = tf.memory().numTensors;
    const loss = tf.tidy(() => {
      const { loss, gradients } = meanSlope(microBatches(noise(5), size), slopeOf);
      const options = { step, learningRate: 0.05, weightDecay: 0.1 };
      const next = stepAdamW(buckets, join(buckets, weights), gradients, state, options);
      for (const [path, weight] of split(buckets, next)) weights.get(path)!.assign(weight);
      return loss;
    });
    losses.push((await loss.data())[0]!);
    loss.dispose();
    assertEquals(tf.memory().numTensors, held);
  }
  const last = await Promise.all([...weights.values()].map((weight) => weight.data<"float32">()));
  tf.dispose([...weights.values(), ...state.first, ...state.second]);
  return { losses, weights: last };
}

for (const { capability, use } of testBackends) {
  await testIf(
    capability,
    `meanSlope() learns from parts what the whole batch teaches on ${capability}`,
    async () => {
      await use();
      const whole = await learn(5);
      assertLess(whole.losses[4]!, whole.losses[0]! - 0.1);
      for (const size of [2, 1]) {
        const parts = await learn(size);
        const [a, b] = [whole, parts].map(({ losses }) => Float32Array.from(losses));
        assertLess(maxAbsDifference(a!, b!), FLOAT32_LOSS);
        for (const [at, weight] of whole.weights.entries()) {
          assertLess(maxAbsDifference(weight, parts.weights[at]!), FLOAT32_LOSS);
        }
      }
      await tf.setBackend("cpu");
    },
  );
}
