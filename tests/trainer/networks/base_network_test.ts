// What every network in every preset must hold. A new one is tested by being listed in presets.ts.

import * as tf from "@tensorflow/tfjs";
import { assertEquals, assertGreater, assertLessOrEqual } from "@std/assert";
import { maxAbsDifference } from "../../../models/package.ts";
import { getNetwork, presetNames } from "../../../trainer/networks/presets.ts";
import { foldBatchNorms } from "../../../trainer/onnx/fold_batch_norms.ts";
import { serialize } from "../../../trainer/onnx/serialize.ts";
import { toGraph, type WeightValues } from "../../../trainer/ops/onnx.ts";
import { type Plan, plan } from "../../../trainer/ops/plan.ts";
import { createVariables, runTfjs, type Variables } from "../../../trainer/ops/tfjs.ts";
import { openGraph } from "../../../trainer/package/verify.ts";
import { testIf } from "../../helpers/require.ts";
import { MAP_PARITY } from "../../tolerances.ts";
import { testBackends } from "../backends.ts";
import { normalTensor, randomVariables, toNchw, weightValues } from "../helpers.ts";

interface Case {
  readonly height: number;
  readonly width: number;
  /** Images of each run. */
  readonly batches: readonly number[];
}

/** Not square, so that rows and columns cannot be mistaken; small where a software GPU must bear it. */
function casesOf({ parameters }: Plan, capability: string): Case[] {
  const isSmallest = parameters < 1e6;
  if (isLarge(parameters)) return [{ height: 16, width: 32, batches: [1] }];
  if (capability === "webgpu") {
    return [isSmallest ? { ...wide, batches: [1, 3] } : { height: 32, width: 48, batches: [2] }];
  }
  const cases = [{ ...wide, batches: [1, 3] }];
  return isSmallest ? [...cases, { height: 256, width: 256, batches: [1] }] : cases;
}

const wide = { height: 64, width: 96 };
const isLarge = (parameters: number) => parameters > 5e6;

const all = [...presetNames].flatMap(([name, presets]) =>
  presets.map((preset) => ({
    title: `${name} ${preset}`,
    network: getNetwork(name, preset),
  }))
);

for (const { title, network } of all) {
  const planned = plan(network, { height: 256, width: 256 });
  let made: Promise<Weights> | undefined;
  const weightsOnce = () => made ??= makeWeights(planned, title);

  Deno.test(`${title} answers one logit a pixel, and features`, () => {
    const { logits, features } = plan(network, { height: 64, width: 96 });
    assertEquals(logits, [1, 64, 96, 1]);
    assertGreater(features.length, 0);
    for (const feature of features) assertEquals(feature.length, 4);
  });

  for (const { capability, use } of testBackends) {
    for (const { height, width, batches } of casesOf(planned, capability)) {
      const name = `${title} has one map on ${capability} and in ONNX at ${height}×${width}`;
      await testIf(capability, name, async () => {
        const weights = await weightsOnce();
        await use();
        const variables = new Map(
          [...weights].map(([path, { shape, data }]) =>
            [path, tf.tidy(() => tf.variable(tf.tensor(data, [...shape]), false))] as const
          ),
        );
        const graph = toGraph(network, weights, { height, width });
        await using runner = await openGraph(
          serialize(foldBatchNorms(graph), {}),
          { height, width },
        );
        for (const batch of batches) {
          const image = normalTensor([batch, height, width, 3], title) as tf.Tensor4D;
          const map = tf.tidy(() => tf.sigmoid(runTfjs(network, variables, image, "eval").logits));
          const expected = await toNchw(map);
          assertGreater(spread(expected), 0.1, "a flat map hides differences");
          const answer = await runner.run(await toNchw(image), batch);
          assertLessOrEqual(maxAbsDifference(answer, expected), MAP_PARITY);
          tf.dispose([image, map]);
        }
        disposeAll(variables);
      });
    }
  }

  if (isLarge(planned.parameters)) continue; // its text is that of the smaller ones
  await testIf("tensorflow", `${title} leaves no tensor behind`, async () => {
    await testBackends[0].use();
    const before = tf.memory().numTensors;
    const variables = createVariables(planned.weights, { normal: () => 0.1 });
    const held = tf.memory().numTensors;
    for (const mode of ["train", "eval", "train"] as const) {
      tf.tidy(() => {
        const image = tf.zeros([1, 32, 32, 3]) as tf.Tensor4D;
        runTfjs(network, variables, image, mode);
      });
      assertEquals(tf.memory().numTensors, held);
    }
    disposeAll(variables);
    assertEquals(tf.memory().numTensors, before);
  });
}

type Weights = ReadonlyMap<string, WeightValues>;

/** Tens of millions of random numbers take seconds: made once for all backends. */
async function makeWeights(planned: Plan, seed: string): Promise<Weights> {
  await tf.setBackend("cpu");
  const variables = randomVariables(planned, seed);
  const weights = await weightValues(variables);
  disposeAll(variables);
  return weights;
}

function spread(values: Float32Array): number {
  const inner = values.filter((value) => value > 0.01 && value < 0.99);
  return Math.max(...inner) - Math.min(...inner);
}

function disposeAll(variables: Variables): void {
  tf.dispose([...variables.values()]);
}
