// Graph → Graph: the scale and offset of a layer norm become part of the products that read it. Channels that a large scale
// makes outliers would take the range of all others when the value between them is quantized.

import { floats, type Graph, type Initializer, type Node, readersOf } from "./graph.ts";

/**
 * Folds every `LayerNormalization` whose readers are all `MatMul`s with a matrix, each followed by the `Add` of a bias that
 * nothing else reads: `W' = diag(scale)·W`, `b' = b + offset·W`, computed in float64. The norm goes on with scale 1 and
 * offset 0. Others are left as they are. In exact arithmetic nothing changes.
 */
export function foldLayerNorms(graph: Graph): Graph {
  const readers = readersOf(graph);
  const outputs = new Set(graph.outputs.map(({ name }) => name));
  const initializers = new Map(graph.initializers);
  const weightOf = (node: Node | undefined, of: string) =>
    node?.inputs.find((name) => name !== of && graph.initializers.has(name));

  for (const norm of graph.nodes) {
    if (norm.op !== "LayerNormalization" || outputs.has(norm.outputs[0]!)) continue;
    const products = (readers.get(norm.outputs[0]!) ?? []).map((product) => {
      const [result = ""] = product.outputs;
      const sums = outputs.has(result) ? [] : readers.get(result) ?? [];
      const sum = sums.length === 1 && sums[0]!.op === "Add" ? sums[0] : undefined;
      const matrix = product.op === "MatMul" ? product.inputs[1] : undefined;
      return { matrix, bias: weightOf(sum, result) };
    });
    const [, scaleName = "", offsetName = ""] = norm.inputs;
    const weights = [
      ...[scaleName, offsetName],
      ...products.flatMap(({ matrix, bias }) => [matrix, bias]),
    ];
    const isFoldable = products.length > 0 &&
      weights.every((name) => name !== undefined && readers.get(name)?.length === 1);
    if (!isFoldable) continue;
    const scale = floats(initializers, scaleName).data;
    const offset = floats(initializers, offsetName).data;
    for (const { matrix, bias } of products) fold(initializers, matrix!, bias!, scale, offset);
    const shape = [scale.length];
    initializers.set(scaleName, { shape, data: new Float32Array(scale.length).fill(1) });
    initializers.set(offsetName, { shape, data: new Float32Array(scale.length) });
  }
  return { ...graph, initializers };
}

function fold(
  initializers: Map<string, Initializer>,
  matrixName: string,
  biasName: string,
  scale: Float32Array,
  offset: Float32Array,
): void {
  const { shape, data: matrix } = floats(initializers, matrixName); // [in,out]
  const bias = Float64Array.from(floats(initializers, biasName).data);
  const outputs = bias.length;
  const scaled = new Float32Array(matrix.length);
  matrix.forEach((value, at) => {
    const input = Math.floor(at / outputs);
    scaled[at] = value * scale[input]!;
    bias[at % outputs]! += value * offset[input]!;
  });
  initializers.set(matrixName, { shape, data: scaled });
  initializers.set(biasName, { shape: [outputs], data: Float32Array.from(bias) });
}
