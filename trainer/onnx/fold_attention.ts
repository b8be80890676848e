// Graph → Graph: attention without the passes over all tokens that its softmax makes needless, or that a product can do beside its
// own work.

import { attentionsOf } from "./attention_pattern.ts";
import { floats, type Graph, type Initializer, type Node, usedInitializers } from "./graph.ts";

/**
 * Folds the projections of every attention, where nothing else reads what is between them. In exact arithmetic nothing changes:
 * - The scale of the queries becomes a part of their matrix and bias.
 * - A bias of the keys adds the same to all scores of a query, which a softmax does not see: it goes.
 * - The shares of a query sum to 1, so a bias of the values arrives whole at the projection behind: it becomes a part of its bias.
 */
export function foldAttention(graph: Graph): Graph {
  const initializers = new Map(graph.initializers);
  /** What a node that goes gave, and what stands for it. */
  const standIns = new Map<string, string>();
  const leaveOut = ({ outputs, inputs }: Node) => standIns.set(outputs[0]!, inputs[0]!);

  for (const { query, scaling, key, value, output } of attentionsOf(graph)) {
    if (query && scaling) {
      const factor = floats(initializers, scaling.inputs[1]!).data[0]!;
      for (const name of [query.matrix, query.biased?.bias]) {
        if (name !== undefined) scale(initializers, name, factor);
      }
      leaveOut(scaling);
    }
    if (key?.biased) leaveOut(key.biased.sum);
    if (value?.biased && output?.biased) {
      const { matrix, biased: { bias } } = output;
      addThrough(initializers, { added: value.biased.bias, matrix, bias });
      leaveOut(value.biased.sum);
    }
  }

  const standInOf = (name: string): string => {
    const standIn = standIns.get(name);
    return standIn === undefined ? name : standInOf(standIn);
  };
  const nodes = graph.nodes.filter(({ outputs: [output = ""] }) => !standIns.has(output))
    .map((node) => ({ ...node, inputs: node.inputs.map(standInOf) }));
  return { ...graph, nodes, initializers: usedInitializers(nodes, initializers) };
}

function scale(initializers: Map<string, Initializer>, name: string, factor: number): void {
  const { shape, data } = floats(initializers, name);
  initializers.set(name, { shape, data: data.map((value) => value * factor) });
}

/** Adds `added·matrix` to a bias, in float64. */
function addThrough(
  initializers: Map<string, Initializer>,
  { added, matrix, bias }: Readonly<Record<"added" | "matrix" | "bias", string>>,
): void {
  const { shape, data } = floats(initializers, bias);
  const weights = floats(initializers, matrix).data; // [in,out]
  const sums = Float64Array.from(data);
  floats(initializers, added).data.forEach((value, input) => {
    for (let to = 0; to < sums.length; to++) {
      sums[to]! += value * weights[input * sums.length + to]!;
    }
  });
  initializers.set(bias, { shape, data: Float32Array.from(sums) });
}
