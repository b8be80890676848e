// The graph of a network with random weights, for what rewrites graphs.

import * as tf from "@tensorflow/tfjs";
import { assertLess } from "@std/assert";
import { maxAbsDifference } from "../../models/package.ts";
import { getNetwork } from "../../trainer/networks/presets.ts";
import { foldBatchNorms } from "../../trainer/onnx/fold_batch_norms.ts";
import { floats, type Graph } from "../../trainer/onnx/graph.ts";
import { serialize } from "../../trainer/onnx/serialize.ts";
import { toGraph } from "../../trainer/ops/onnx.ts";
import type { ImageSize, Network } from "../../trainer/ops/ops.ts";
import { plan } from "../../trainer/ops/plan.ts";
import { openGraph } from "../../trainer/package/verify.ts";
import { withOutputs } from "../../trainer/quantization/calibrate.ts";
import { MAP_PARITY } from "../tolerances.ts";
import { normalValues, randomVariables, weightValues } from "./helpers.ts";

/**
 * Batch norms are folded; every weight is random, those of norms too. The last kernel is scaled so that logits have a deviation
 * of 2: those of a random network may reach into the thousands, where a sigmoid hides most differences and blows up the rest.
 */
export async function randomGraph(network: Network, size: ImageSize): Promise<Graph> {
  await tf.setBackend("cpu");
  const variables = randomVariables(plan(network, size), "graph");
  const graph = foldBatchNorms(toGraph(network, await weightValues(variables), size));
  tf.dispose([...variables.values()]);

  const head = "head/Conv";
  await using observer = await openGraph(serialize(withOutputs(graph, [head]), {}), size);
  const image = normalValues(3 * size.height * size.width, "image");
  const logits = (await observer.observe(image, 1)).get(head)!;
  const mean = logits.reduce((sum, value) => sum + value, 0) / logits.length;
  const variance = logits.reduce((sum, value) => sum + (value - mean) ** 2, 0) / logits.length;
  const { shape, data } = floats(graph.initializers, "head/kernel");
  const tamed = { shape, data: data.map((value) => value * 2 / Math.sqrt(variance)) };
  return { ...graph, initializers: new Map(graph.initializers).set("head/kernel", tamed) };
}

/** Holds the maps of a batch of two by a rewritten graph against those by the graph as it was. */
export async function assertSameMaps(
  rewritten: Graph,
  graph: Graph,
  size: ImageSize,
): Promise<void> {
  const images = normalValues(2 * 3 * size.height * size.width, "images");
  await using before = await openGraph(serialize(graph, {}), size);
  await using after = await openGraph(serialize(rewritten, {}), size);
  assertLess(
    maxAbsDifference(await after.run(images, 2), await before.run(images, 2)),
    MAP_PARITY,
  );
}

/** @see randomGraph */
export const randomPreset = (name: string, preset: string, size: ImageSize) =>
  randomGraph(getNetwork(name, preset), size);
