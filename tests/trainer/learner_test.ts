import * as tf from "@tensorflow/tfjs";
import { assertEquals, assertLess, assertThrows } from "@std/assert";
import { maxAbsDifference } from "../../models/package.ts";
import { createRandom } from "../../models/random.ts";
import type { Tensor } from "../../models/safetensors.ts";
import { nativeBackend } from "../../trainer/backend/native.ts";
import type { Batch } from "../../trainer/data/batches.ts";
import { createLearner, type Learner } from "../../trainer/learner.ts";
import { averagedPrefix } from "../../trainer/training_state.ts";
import { testIf } from "../helpers/require.ts";
import { FLOAT32_LOSS, REORDERED_SUMS, RESUMED_WEIGHTS } from "../tolerances.ts";
import { testBackends } from "./backends.ts";
import { TINY_SIZE, tinyConfig } from "./tiny_dataset.ts";

const config = tinyConfig("no data");

/** Two images of noise with a bright corner that is the defect. */
function cornerBatch(): Batch {
  const random = createRandom("corner");
  const pixels = 2 * TINY_SIZE ** 2;
  const masks = Float32Array.from(
    { length: pixels },
    (_, at) => at % TINY_SIZE < 5 && Math.floor(at / TINY_SIZE) % TINY_SIZE < 4 ? 1 : 0,
  );
  const images = Float32Array.from(
    { length: 3 * pixels },
    (_, at) => 0.5 * random.normal() + 2 * masks[Math.floor(at / 3)]!,
  );
  return { images, masks, count: 2, width: TINY_SIZE, height: TINY_SIZE };
}

async function steps(learner: Learner, from: number, to: number): Promise<number[]> {
  const losses = [];
  for (let step = from; step < to; step++) {
    const { loss } = await learner.step(cornerBatch(), { step, learningRate: 5e-3 });
    losses.push(loss);
  }
  return losses;
}

function largestDifference(a: ReadonlyMap<string, Tensor>, b: ReadonlyMap<string, Tensor>): number {
  assertEquals([...a.keys()], [...b.keys()]);
  return Math.max(
    ...[...a].map(([name, { data }]) =>
      maxAbsDifference(data as Float32Array, b.get(name)!.data as Float32Array)
    ),
  );
}

// A software GPU takes a second a step: what every backend must show is shown in a few.
for (const { capability, use } of testBackends) {
  await testIf(
    capability,
    `save() and restore() resume to the same weights, and nothing is left behind, on ${capability}`,
    async () => {
      await use();
      const before = tf.memory().numTensors;
      {
        // Batch norms are frozen from step 3 on.
        const halfFrozen = { ...config, freezeAfter: 0.5 };
        using straight = createLearner(halfFrozen);
        const losses = await steps(straight, 0, 3);
        assertLess(losses[2]!, losses[0]!);
        const saved = await straight.save();
        const held = tf.memory().numTensors;
        await steps(straight, 3, 4);
        assertEquals(tf.memory().numTensors, held);

        using resumed = createLearner({ ...halfFrozen, seed: 1 });
        resumed.restore(saved);
        await steps(resumed, 3, 4);
        assertLess(largestDifference(await resumed.save(), await straight.save()), RESUMED_WEIGHTS);
      }
      assertEquals(tf.memory().numTensors, before);
    },
  );
}

await testIf(
  "tensorflow",
  "step() learns a batch by heart, and holds no more after 50",
  async () => {
    await testBackends[0].use();
    using learner = createLearner(config);
    const losses = await steps(learner, 0, 1);
    await learner.predict(cornerBatch());
    learner.restore(await learner.save());
    const held = tf.memory().numTensors;
    losses.push(...await steps(learner, 1, 50));
    await learner.predict(cornerBatch());
    learner.restore(await learner.save());
    assertEquals(tf.memory().numTensors, held);
    assertLess(losses.at(-1)!, losses[0]! / 3);
  },
);

await testIf(
  "tensorflow",
  "step() as a graph sees in every kind of batch what it sees operation by operation",
  async () => {
    await testBackends[0].use();
    const backend = nativeBackend() as { isUsingGpuDevice: boolean };
    const isGpu = backend.isUsingGpuDevice;
    const random = createRandom("kinds of batches");
    /** A square in each image, somewhere: the distances to it are others in every batch. */
    const blobs = (side: number) => {
      const [left, top] = [random.int(side / 2), random.int(side / 2)];
      const isInside = (at: number, from: number) => at >= from && at < from + side / 4;
      return Float32Array.from(
        { length: 2 * side ** 2 },
        (_, at) => Number(isInside(at % side, left) && isInside(Math.floor(at / side) % side, top)),
      );
    };
    const batchOf = (side: number, left: number): Batch => {
      const pixels = 2 * side ** 2;
      const starts = [{ left, top: 0 }, { left: 0, top: left }];
      return {
        ...{ count: 2, width: side, height: side },
        images: Float32Array.from({ length: 3 * pixels }, () => random.normal()),
        masks: blobs(side),
        ...side < 128 && { windows: { whole: { width: 128, height: 128 }, starts } },
      };
    };
    // Windows at three places, then whole images, the last with frozen norms.
    const batches = [0, 32, 64, -1, -1]
      .map((left) => left < 0 ? batchOf(128, 0) : batchOf(64, left));
    for (const [network, preset] of [["unet", "tiny"], ["dpt", "light"]] as const) {
      // At a rate of 0 gradients go into the moments alone: Adam would turn the last bit of one near 0 into a whole step.
      const losses = { ...config.losses, boundary: 1 };
      const kinds = {
        ...{ ...config, network, preset, losses, width: 128, height: 128 },
        ...{ steps: 5, freezeAfter: 0.8 },
      };
      const learn = async (isGraph: boolean) => {
        backend.isUsingGpuDevice = !isGraph;
        try {
          using learner = createLearner(kinds);
          for (const [step, batch] of batches.entries()) {
            await learner.step(batch, { step, learningRate: 0 });
          }
          return await learner.save();
        } finally {
          backend.isUsingGpuDevice = isGpu;
        }
      };
      const [graph, operations] = [await learn(true), await learn(false)];
      for (const [name, { data }] of graph) {
        const expected = operations.get(name)!.data as Float32Array;
        const scale = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
        const difference = maxAbsDifference(data as Float32Array, expected);
        assertLess(difference / scale, REORDERED_SUMS, `${network}: ${name}`);
      }
    }
  },
);

await testIf("tensorflow", "predict() answers by the averaged weights", async () => {
  await testBackends[0].use();
  using learner = createLearner({ ...config, averageDecay: 0 });
  await steps(learner, 0, 1);
  const before = await learner.predict(cornerBatch());
  assertEquals(before.length, 2 * TINY_SIZE ** 2);
  assertEquals(before.every((score) => score > 0 && score < 1), true);
  const spoilt = [...await learner.save()].map(([name, tensor]): [string, Tensor] => {
    const { shape, data } = tensor;
    const ones = new Float32Array(data.length).fill(1);
    return [
      name,
      name.startsWith(averagedPrefix) ? tensor : { dtype: "F32", shape, data: ones },
    ];
  });
  learner.restore(new Map(spoilt));
  assertEquals(await learner.predict(cornerBatch()), before);
});

await testIf(
  "tensorflow",
  "step() averages the weights, more of the new ones at first",
  async () => {
    await testBackends[0].use();
    using learner = createLearner(config);
    const tensors: ReadonlyMap<string, Tensor>[] = [await learner.save()];
    for (const step of [0, 1]) {
      await steps(learner, step, step + 1);
      tensors.push(await learner.save());
    }
    const of = (saved: number) => (group: string) =>
      tensors[saved]!.get(`${group}/head/kernel`)!.data as Float32Array;
    const [start, first, second] = [of(0), of(1), of(2)];
    assertEquals(start("average"), start("weight"));
    // Kept: (1 + step) / (10 + step).
    const mean = (share: number, old: Float32Array, now: Float32Array) =>
      old.map((value, i) => share * value + (1 - share) * now[i]!);
    const expected = mean(1 / 10, start("average"), first("weight"));
    assertLess(maxAbsDifference(first("average"), expected), FLOAT32_LOSS);
    const then = mean(2 / 11, expected, second("weight"));
    assertLess(maxAbsDifference(second("average"), then), FLOAT32_LOSS);
    assertLess(0.001, maxAbsDifference(first("weight"), start("weight")));
  },
);

await testIf("tensorflow", "restore() refuses tensors of another network, by name", async () => {
  await testBackends[0].use();
  using learner = createLearner(config);
  using other = createLearner({ ...config, preset: "small" });
  const tensors = await other.save();
  assertThrows(() => learner.restore(tensors), RangeError, "encoder.0");
  assertThrows(() => learner.restore(new Map()), RangeError, "missing");
});

await testIf("tensorflow", "startEncoder() sets weights and averages, no others", async () => {
  await testBackends[0].use();
  using learner = createLearner(config);
  const before = await learner.save();
  const path = "encoder.0/conv1/kernel";
  const { shape, data } = before.get(`weight/${path}`)!;
  const published = { dtype: "F32", shape, data: new Float32Array(data.length).fill(7) } as const;
  learner.startEncoder(new Map([[path, published]]));
  const changed = [...await learner.save()].filter(([name, tensor]) =>
    maxAbsDifference(tensor.data as Float32Array, before.get(name)!.data as Float32Array) > 0
  );
  assertEquals(changed, [[`weight/${path}`, published], [averagedPrefix + path, published]]);
  assertThrows(
    () => learner.startEncoder(new Map([["encoder/stem", published]])),
    RangeError,
    'Cannot start "encoder/stem": the network has no such weight',
  );
});

await testIf("tensorflow", "step() reports a gradient that is not finite", async () => {
  await testBackends[0].use();
  using learner = createLearner(config);
  const batch = cornerBatch();
  batch.images.fill(NaN);
  const { gradientNorm } = await learner.step(batch, { step: 0, learningRate: 1e-3 });
  assertEquals(Number.isFinite(gradientNorm), false);
});

await testIf(
  "tensorflow",
  "startFrom() begins with the averaged weights of another run and no moments",
  async () => {
    await testBackends[0].use();
    using finished = createLearner(config);
    await steps(finished, 0, 3);
    const taken = await finished.save();
    using begun = createLearner({ ...config, seed: 1 });
    begun.startFrom(taken);
    for (const [name, { data }] of await begun.save()) {
      const path = name.slice(name.indexOf("/") + 1);
      const expected = name.includes("_moment/")
        ? new Float32Array(data.length)
        : taken.get(averagedPrefix + path)!.data;
      assertEquals(data, expected, name);
    }
  },
);

await testIf("tensorflow", "step() takes no more memory over 500 steps", async () => {
  await testBackends[0].use();
  using learner = createLearner(config);
  const batch = cornerBatch();
  const takeSteps = async (from: number, to: number) => {
    for (let step = from; step < to; step++) {
      await learner.step(batch, { step, learningRate: 1e-3 });
    }
    return { tensors: tf.memory().numTensors, resident: Deno.memoryUsage().rss };
  };
  const early = await takeSteps(0, 100);
  const late = await takeSteps(100, 600);
  assertEquals(late.tensors, early.tensors);
  // The heap grows by some 70 MB before it is collected; one gradient left behind at each step would be 900 MB.
  assertLess(late.resident - early.resident, 256 * 2 ** 20);
});

await testIf(
  "tensorflow",
  "step() counts its moments' updates without the steps that were passed over",
  async () => {
    await nativeBackend();
    const weightsAfter = async (options: { step: number; skipped?: number }) => {
      using learner = createLearner({ ...config, freezeAfter: 1, steps: 100 });
      await learner.step(cornerBatch(), { ...options, learningRate: 5e-3 });
      return await learner.save();
    };
    const [first, later, unaware] = [
      await weightsAfter({ step: 0 }),
      await weightsAfter({ step: 40, skipped: 40 }),
      await weightsAfter({ step: 40 }),
    ];
    assertEquals(largestDifference(first, later), 0);
    assertLess(1e-3, largestDifference(first, unaware));
  },
);
