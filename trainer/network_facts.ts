// What a network costs, found without training it: by its plan, and by the graph that a package of it would hold.

import { foldBatchNorms } from "./onnx/fold_batch_norms.ts";
import { serialize } from "./onnx/serialize.ts";
import { toGraph } from "./ops/onnx.ts";
import { fillWeights, type WeightValues } from "./ops/onnx_emitter.ts";
import type { ImageSize, Network } from "./ops/ops.ts";
import { plan } from "./ops/plan.ts";

export interface NetworkFacts {
  /** Numbers that training changes. */
  readonly parameters: number;
  /** Multiply-adds of one image. */
  readonly multiplyAdds: number;
  /** Layers of the transformer, counted from 1, whose tokens the network answers as features; none without a transformer. */
  readonly taps: readonly number[];
  /** Number of inner maps that a student may learn from. */
  readonly features: number;
  /** Nodes of the graph, batch norms folded. */
  readonly nodes: number;
  /** Size of the float32 `.onnx` file, without what it says of the training. */
  readonly bytes: number;
}

/**
 * @param size Height and width of the image, in pixels.
 * @throws RangeError when the network does not take images of this size.
 */
export function networkFacts(network: Network, size: ImageSize): NetworkFacts {
  const { weights, parameters, multiplyAdds, features } = plan(network, size);
  const zeros = fillWeights(weights, 0); // neither nodes nor bytes depend on the numbers
  const graph = foldBatchNorms(toGraph(network, zeros, size));
  return {
    parameters,
    multiplyAdds,
    taps: tappedLayers(network, zeros, size),
    features: features.length,
    nodes: graph.nodes.length,
    bytes: serialize(graph, {}).length,
  };
}

/** A node's name begins with the scope of the layer that it is in: that tells which layer a feature comes from. */
function tappedLayers(
  network: Network,
  weights: ReadonlyMap<string, WeightValues>,
  size: ImageSize,
): number[] {
  const { nodes, outputs } = toGraph(network, weights, size, { features: true });
  const answers = new Set(outputs.map(({ name }) => name));
  return nodes.filter(({ outputs }) => outputs.some((output) => answers.has(output)))
    .flatMap(({ name }) => name.match(/(?:^|\/)layer\.(\d+)\//)?.[1] ?? []).map(Number);
}
