// Graph → Graph: a batch norm after a convolution becomes part of the convolution's numbers.

import {
  floats,
  type Graph,
  type Initializer,
  makersOf,
  type Node,
  usedInitializers,
} from "./graph.ts";

/**
 * Folds every `BatchNormalization` whose input is a `Conv` that nothing else reads, and whose weights nothing else reads:
 * `w' = w · s`, `b' = (b − mean) · s + offset` with `s = scale / √(variance + ε)`, computed in float64.
 * What a batch norm follows otherwise is left as it is.
 */
export function foldBatchNorms(graph: Graph): Graph {
  const readers = countReaders(graph);
  const makers = makersOf(graph);
  const initializers = new Map(graph.initializers);
  const replaced = new Map<Node, Node | null>();

  for (const norm of graph.nodes) {
    if (norm.op !== "BatchNormalization") continue;
    const conv = makers.get(norm.inputs[0]!);
    if (conv?.op !== "Conv") continue;
    const [image, ...weights] = conv.inputs as [string, string, string?];
    if ([conv.outputs[0]!, ...weights].some((name) => readers.get(name!) !== 1)) continue;
    const [kernel, bias = `${conv.name}/bias`] = weights;
    const folded = fold(initializers, kernel, bias, norm);
    initializers.set(kernel, folded.kernel);
    initializers.set(bias, folded.bias);
    replaced.set(conv, { ...conv, inputs: [image, kernel, bias], outputs: norm.outputs });
    replaced.set(norm, null);
  }

  const nodes = graph.nodes.map((node) => replaced.has(node) ? replaced.get(node) : node)
    .filter((node) => node !== null && node !== undefined);
  return { ...graph, nodes, initializers: usedInitializers(nodes, initializers) };
}

function fold(
  initializers: ReadonlyMap<string, Initializer>,
  kernelName: string,
  biasName: string,
  norm: Node,
): { kernel: Initializer; bias: Initializer } {
  const { shape, data: kernel } = floats(initializers, kernelName);
  const [scale, offset, mean, variance] = norm.inputs.slice(1)
    .map((name) => floats(initializers, name).data) as [
      Float32Array,
      Float32Array,
      Float32Array,
      Float32Array,
    ];
  const bias = initializers.has(biasName) ? floats(initializers, biasName).data : undefined;
  const { epsilon } = norm.attributes;
  const outputs = scale.length;
  const inputs = kernel.length / outputs;
  const weights = new Float32Array(kernel.length);
  const biases = new Float32Array(outputs);
  for (let c = 0; c < outputs; c++) {
    const factor = scale[c]! / Math.sqrt(variance[c]! + Number(epsilon?.value));
    for (let i = c * inputs; i < (c + 1) * inputs; i++) weights[i] = kernel[i]! * factor;
    biases[c] = ((bias?.[c] ?? 0) - mean[c]!) * factor + offset[c]!;
  }
  return {
    kernel: { shape, data: weights },
    bias: { shape: [outputs], data: biases },
  };
}

function countReaders(graph: Graph): Map<string, number> {
  const readers = new Map<string, number>();
  const names = [
    ...graph.nodes.flatMap((node) => node.inputs),
    ...graph.outputs.map((output) => output.name),
  ];
  for (const name of names) readers.set(name, (readers.get(name) ?? 0) + 1);
  return readers;
}
