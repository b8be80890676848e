// Every network in every preset gives one map: TensorFlow.js's is the reference, ONNX Runtime's on each provider is held
// against it, with random weights and batch norms that are neither 0 nor 1.
//
// A software GPU takes seconds for a billion multiply-adds, so large presets meet it at a small size. `LINESIDE_PARITY=full`
// runs every preset at every size on every provider, which takes hours without a GPU.

import * as tf from "@tensorflow/tfjs";
import { assertGreater, assertLessOrEqual } from "@std/assert";
import type { Card } from "../../models/card.ts";
import { maxAbsDifference } from "../../models/package.ts";
import { createSession } from "../../runtime/engine/onnxruntime.ts";
import type { ProviderName } from "../../runtime/engine/provider.ts";
import { getNetwork, presetNames } from "../../trainer/networks/presets.ts";
import { foldBatchNorms } from "../../trainer/onnx/fold_batch_norms.ts";
import { serialize } from "../../trainer/onnx/serialize.ts";
import { toGraph } from "../../trainer/ops/onnx.ts";
import type { ImageSize, Network } from "../../trainer/ops/ops.ts";
import { plan } from "../../trainer/ops/plan.ts";
import { runTfjs, type Variables } from "../../trainer/ops/tfjs.ts";
import { testIf } from "../helpers/require.ts";
import { MAP_PARITY, WEBGPU_MAP_PARITY } from "../tolerances.ts";
import { testBackends } from "../trainer/backends.ts";
import { normalTensor, randomVariables, toNchw, weightValues } from "../trainer/helpers.ts";

interface Case extends ImageSize {
  readonly batch: number;
}

/** What a network answers, and the graph that must answer the same. */
interface Reference {
  readonly graph: Uint8Array;
  readonly input: Float32Array;
  readonly map: Float32Array;
}

const square = { height: 256, width: 256 };
const wide = { height: 192, width: 320 };

const isFull = Deno.env.get("LINESIDE_PARITY") === "full";
const at = (size: ImageSize) => [{ ...size, batch: 1 }, { ...size, batch: 3 }];

function casesOf(multiplyAdds: number, provider: ProviderName): Case[] {
  const isLarge = multiplyAdds > 10e9;
  const everything = [...at(square), ...at(wide)];
  if (isFull) return everything;
  if (provider !== "webgpu") {
    return isLarge ? [{ ...square, batch: 1 }, { ...wide, batch: 3 }] : everything;
  }
  if (multiplyAdds < 1e9) return everything;
  return at(isLarge ? { height: 32, width: 64 } : { height: 64, width: 96 });
}

for (const [name, presets] of presetNames) {
  for (const preset of presets) {
    const network = getNetwork(name, preset);
    const { multiplyAdds } = plan(network, square);
    for (const provider of ["cpu", "wasm", "webgpu"] as const) {
      const needs = provider === "webgpu" ? ["tensorflow", "webgpu"] as const : "tensorflow";
      const title = `${name} ${preset} gives TensorFlow.js's map on ${provider}`;
      await testIf(needs, title, async () => {
        for (const each of casesOf(multiplyAdds, provider)) {
          await holdMap(await referenceOf(network, each), each, provider);
        }
      });
    }
  }
}

async function holdMap(
  { graph, input, map }: Reference,
  { batch, height, width }: Case,
  provider: ProviderName,
): Promise<void> {
  await using session = await createSession(graph, {
    package: "parity",
    provider,
    variant: "fp32",
    threads: 2,
    card: { input: { height, width } } as Card,
  });
  const difference = maxAbsDifference(await session.run(input, batch), map);
  const tolerance = provider === "webgpu" ? WEBGPU_MAP_PARITY : MAP_PARITY;
  assertLessOrEqual(difference, tolerance, `batch ${batch}, ${height}×${width}`);
}

const known: { network?: Network; readonly references: Map<string, Reference> } = {
  references: new Map(),
};

/** Made once for all providers; forgotten with the next network, for a large one takes half a gigabyte. */
async function referenceOf(network: Network, size: Case): Promise<Reference> {
  if (known.network !== network) known.references.clear();
  known.network = network;
  const key = JSON.stringify(size);
  const reference = known.references.get(key) ?? await makeReference(network, size);
  known.references.set(key, reference);
  return reference;
}

async function makeReference(network: Network, { batch, ...size }: Case): Promise<Reference> {
  await testBackends[0].use();
  const variables = randomVariables(plan(network, size), "weights");
  const image = normalTensor([batch, size.height, size.width, 3], "image") as tf.Tensor4D;
  const logitsOf = () => runTfjs(network, variables, image, "eval").logits;
  tf.tidy(() => tameLogits(variables, logitsOf()));
  const answer = tf.tidy(() => tf.sigmoid(logitsOf()));
  const [map, input] = [await toNchw(answer), await toNchw(image)];
  assertGreater(spreadOf(map), 0.1, "a flat map hides differences");
  const graph = foldBatchNorms(toGraph(network, await weightValues(variables), size));
  tf.dispose([answer, image, ...variables.values()]);
  return { graph: serialize(graph, {}), input, map };
}

/**
 * Scales the last kernel so that logits have a deviation of 2. Those of a random residual network reach into the thousands,
 * where a sigmoid hides most differences and blows up the rest.
 */
function tameLogits(variables: Variables, logits: tf.Tensor): void {
  const factor = tf.div(2, tf.sqrt(tf.moments(logits).variance));
  const kernel = variables.get("head/kernel")!;
  kernel.assign(tf.mul(kernel, factor));
}

/** Between the smallest and the largest probability that is not all but certain. */
function spreadOf(map: Float32Array): number {
  let [low, high] = [1, 0];
  for (const value of map) {
    if (value > 0.01 && value < 0.99) [low, high] = [Math.min(low, value), Math.max(high, value)];
  }
  return high - low;
}
