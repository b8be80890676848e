// What every network in every preset must hold. A new one is tested by being listed in presets.ts.

import * as tf from "@tensorflow/tfjs";
import { assertEquals, assertGreater, assertLessOrEqual, assertThrows } from "@std/assert";
import { maxAbsDifference } from "../../../models/package.ts";
import { createLearner } from "../../../trainer/learner.ts";
import { getNetwork, presetNames } from "../../../trainer/networks/presets.ts";
import type { Network } from "../../../trainer/ops/ops.ts";
import { plan } from "../../../trainer/ops/plan.ts";
import { runTfjs } from "../../../trainer/ops/tfjs.ts";
import { testIf } from "../../helpers/require.ts";
import { WEBGPU_MAP_PARITY } from "../../tolerances.ts";
import { testBackends } from "../backends.ts";
import { normalTensor, normalValues, randomVariables } from "../helpers.ts";
import { tinyConfig } from "../tiny_dataset.ts";

/** Not square, so that rows and columns cannot be mistaken. */
const size = { height: 64, width: 96 };

for (const [name, presets] of presetNames) {
  for (const preset of presets) {
    Deno.test(`${name} ${preset} answers one logit a pixel, and features`, () => {
      const { logits, features } = plan(getNetwork(name, preset), size);
      assertEquals(logits, [1, 64, 96, 1]);
      assertGreater(features.length, 0);
    });

    Deno.test(`${name} ${preset} says which sizes it takes`, () => {
      const network = getNetwork(name, preset);
      assertThrows(
        () => plan(network, { height: 64, width: 100 }),
        RangeError,
        "takes images whose height and width are multiples of",
      );
    });
  }

  // The text of a network is the same in all its presets.
  const [smallest = ""] = presets;
  await testIf(["tensorflow", "webgpu"], `${name} has one map on both backends`, async () => {
    const network = getNetwork(name, smallest);
    const maps = [];
    for (const { use } of testBackends) {
      await use();
      maps.push(await mapOf(network));
    }
    const [reference = [], map = []] = maps;
    assertGreater(Math.max(...reference) - Math.min(...reference), 0.1);
    assertLessOrEqual(maxAbsDifference(map, reference), WEBGPU_MAP_PARITY);
  });

  await testIf("tensorflow", `${name} leaves no tensor behind in 50 training steps`, async () => {
    await testBackends[0].use();
    const before = tf.memory().numTensors;
    {
      const side = 32;
      const options = { network: name, preset: smallest, width: side, height: side };
      using learner = createLearner({ ...tinyConfig("no data"), ...options });
      const masks = normalValues(2 * side * side, "masks").map((value) => value > 1 ? 1 : 0);
      const images = normalValues(2 * side * side * 3, "images");
      const batch = { images, masks, count: 2, width: side, height: side };
      const live = [];
      for (let step = 0; step < 50; step++) {
        await learner.step(batch, { step, learningRate: 1e-3 });
        live.push(tf.memory().numTensors);
      }
      assertEquals(new Set(live).size, 1);
    }
    assertEquals(tf.memory().numTensors, before);
  });
}

async function mapOf(network: Network): Promise<Float32Array> {
  const variables = randomVariables(plan(network, size), "weights");
  const image = normalTensor([2, size.height, size.width, 3], "image") as tf.Tensor4D;
  const map = tf.tidy(() => tf.sigmoid(runTfjs(network, variables, image, "eval").logits));
  const values = await map.data<"float32">();
  tf.dispose([map, image, ...variables.values()]);
  return values;
}
