// Which nodes of a graph can compute in integers, and which values have to become integers for it. Knows no number.

import { type Graph, type Node, readersOf } from "../onnx/graph.ts";

export interface QuantizationPlan {
  /** Products and convolutions that compute in integers. */
  readonly computing: ReadonlySet<Node>;
  /** Nodes between them that pass integers on, so that nothing becomes a float on the way. */
  readonly linking: ReadonlySet<Node>;
  /** Values that become integers. */
  readonly values: ReadonlySet<string>;
  /** A value that has the scale of another one, since a node between them moves numbers and does not change them. */
  readonly rangeSource: ReadonlyMap<string, string>;
}

/** Nodes that only move numbers, or mix them in shares whose sum is 1. */
const movers: ReadonlySet<string> = new Set([
  ...["MaxPool", "Reshape", "Transpose", "Slice", "Resize"],
]);
/** Nodes that ONNX Runtime runs on integers where all they read is integers. */
const linkers: ReadonlySet<string> = new Set([...movers, "Add", "Concat", "Relu", "Sigmoid"]);

/**
 * Convolutions and products compute in integers, also that of queries and keys. Not that of a softmax's shares, most of which are
 * smaller than one of 255 steps: these four nodes cost a light DPT of MVTec AD's toothbrush more IoU than all others together, and
 * are no faster. The inputs become integers, and the outputs too, as ONNX Runtime needs them for that, but those of a `MatMul`, which
 * may give floats. A ReLU behind a convolution is a part of it. The map itself is no exception: with its convolution, enlargement
 * and sigmoid in integers a light DPT takes 0.9 of the time it takes with these in float32.
 *
 * @param floats Names of nodes that go on computing in float32.
 */
export function planQuantization(
  graph: Graph,
  floats: ReadonlySet<string> = new Set(),
): QuantizationPlan {
  const readers = readersOf(graph);
  const isConstant = (name: string) => graph.initializers.has(name) || name === "";
  const shares = new Set(
    graph.nodes.filter(({ op }) => op === "Softmax").flatMap(({ outputs }) => outputs),
  );
  const computing = new Set(
    graph.nodes.filter((node) =>
      !floats.has(node.name) && isProduct(node, graph) && !shares.has(node.inputs[0]!)
    ),
  );
  const values = new Set<string>();
  for (const node of computing) {
    const [input = "", weight = ""] = node.inputs;
    values.add(input);
    if (!isConstant(weight)) values.add(weight);
    if (node.op !== "MatMul") values.add(closingValue(node.outputs[0]!, readers));
  }

  const linking = new Set<Node>();
  const rangeSource = new Map<string, string>();
  for (const node of graph.nodes) {
    const [output = ""] = node.outputs;
    const read = node.inputs.filter((name) => !isConstant(name));
    const isLinker = linkers.has(node.op) && !floats.has(node.name) &&
      read.every((name) => values.has(name)) &&
      (movers.has(node.op) || node.inputs.every((name) => !isConstant(name)));
    if (!isLinker) continue;
    linking.add(node);
    values.add(output);
    const [input = ""] = read;
    if (movers.has(node.op)) rangeSource.set(output, rangeSource.get(input) ?? input);
  }
  return { computing, linking, values, rangeSource };
}

function isProduct({ op, inputs }: Node, { initializers }: Graph): boolean {
  const [input = "", weight = ""] = inputs;
  if (initializers.has(input)) return false;
  const held = initializers.get(weight);
  if (held === undefined) return op === "MatMul";
  return held.data instanceof Float32Array &&
    (op === "Conv" || op === "Gemm" || (op === "MatMul" && held.shape.length === 2));
}

/** Where a convolution's result becomes integers: behind its ReLU, if that alone reads it. */
function closingValue(output: string, readers: ReadonlyMap<string, Node[]>): string {
  const [only, ...others] = readers.get(output) ?? [];
  return only?.op === "Relu" && others.length === 0 ? only.outputs[0]! : output;
}
