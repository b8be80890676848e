// Graph → Graph: half floats, with islands of float32 where they do not do. The graph still takes and gives float32.

import { type Graph, type Initializer, int, type Node, usedInitializers } from "./graph.ts";

export interface Float16Options {
  /** Names of nodes that go on computing in float32. @default none */
  readonly islands?: ReadonlySet<string>;
}

/** Largest finite half float (IEEE 754-2019, binary16). */
const largestHalf = 65504;

/** ONNX's numbers for them (TensorProto.DataType). */
const dataTypes = { float32: 1, float16: 10 } as const;
type Precision = keyof typeof dataTypes;

/**
 * Inputs that ONNX keeps in float32 whatever a node computes in: the scales of a resize. Inputs of whole numbers are not
 * touched either.
 */
const fixedInputs: Readonly<Record<string, readonly number[]>> = { Resize: [1, 2] };

/**
 * A GPU also sums in half floats, and a CPU does not. Norms, softmaxes, products of tokens and sums of many terms stay in float32:
 * the golden map of a light DPT of MVTec AD's toothbrush, whose encoder is a published one, is off by 0.059 without that and by
 * 0.007 with it, that of a U-Net tiny of the synthetic products by 0.011 and 0.008 (software Vulkan). Of Pad, ONNX Runtime 1.30's shader
 * for half floats does not compile in Deno's WebGPU.
 */
const alwaysIslands: ReadonlySet<string> = new Set([
  ...["LayerNormalization", "Softmax", "MatMul", "Pad"],
]);
/** Terms of a convolution's sum from which on it is computed in float32. */
const manyTerms = 512;

/**
 * Rounds all weights to half floats and casts where a value crosses between the two precisions. A node with a weight that no
 * half float holds becomes an island by itself. The weights of products and convolutions are stored in half floats on islands too.
 */
export function toFloat16(graph: Graph, { islands = new Set() }: Float16Options = {}): Graph {
  const initializers = new Map(graph.initializers);
  const precisions = new Map<string, Precision>(graph.inputs.map(({ name }) => [name, "float32"]));
  const nodes: Node[] = [];
  const casts = new Set<string>();
  const outputs = new Set(graph.outputs.map(({ name }) => name));

  function cast(name: string, to: Precision, output = `${name}/${to}`): string {
    if (!casts.has(output)) {
      casts.add(output);
      const attributes = { to: int(dataTypes[to]) };
      nodes.push({ name: output, op: "Cast", inputs: [name], outputs: [output], attributes });
    }
    return output;
  }

  function read(name: string, wanted: Precision, { op }: Node): string {
    if (!initializers.has(name)) return precisions.get(name) === wanted ? name : cast(name, wanted);
    if (wanted === "float16") return halved(initializers, name);
    const isStoredInHalf = sums.has(op) && fitsHalf(initializers.get(name));
    return isStoredInHalf ? cast(halved(initializers, name), wanted) : name;
  }

  for (const node of graph.nodes) {
    const fixed = fixedInputs[node.op] ?? [];
    const isFloat = (input: string, at: number) =>
      input !== "" && !fixed.includes(at) && isFloating(graph.initializers.get(input));
    const isIsland = islands.has(node.name) || alwaysIslands.has(node.op) ||
      termsOf(node, graph) >= manyTerms ||
      node.inputs.some((input, at) =>
        isFloat(input, at) && !fitsHalf(graph.initializers.get(input))
      );
    const precision: Precision = isIsland ? "float32" : "float16";
    const inputs = node.inputs.map((input, at) =>
      isFloat(input, at) ? read(input, precision, node) : input
    );
    // What the graph gives keeps its name and is float32: a half float is made under another.
    const made = node.outputs.map((name) =>
      outputs.has(name) && precision === "float16" ? `${name}/half` : name
    );
    nodes.push({ ...node, inputs, outputs: made });
    made.forEach((name, at) => {
      precisions.set(name, precision);
      const output = node.outputs[at]!;
      if (name !== output) precisions.set(cast(name, "float32", output), "float32");
    });
  }
  return { ...graph, nodes, initializers: usedInitializers(nodes, initializers) };
}

const sums: ReadonlySet<string> = new Set(["MatMul", "Conv", "ConvTranspose"]);

/** How many products a convolution adds for each number that it gives. */
function termsOf({ op, inputs: [, kernel = ""] }: Node, { initializers }: Graph): number {
  const [, ...terms] = op === "Conv" ? initializers.get(kernel)?.shape ?? [] : []; // [out,in,h,w]
  return terms.reduce((product, size) => product * size, terms.length > 0 ? 1 : 0);
}

/** What no initializer is known of is made by a node, and those make floats. */
function isFloating(initializer: Initializer | undefined): boolean {
  return initializer === undefined || initializer.data instanceof Float32Array;
}

function fitsHalf(initializer: Initializer | undefined): boolean {
  const data = initializer?.data;
  return !(data instanceof Float32Array) || data.every((value) => Math.abs(value) <= largestHalf);
}

/** The name of a weight as half floats. */
function halved(initializers: Map<string, Initializer>, name: string): string {
  const half = `${name}/float16`;
  if (!initializers.has(half)) {
    const { shape, data } = initializers.get(name)!;
    initializers.set(half, { shape, data: Float16Array.from(data as Float32Array) });
  }
  return half;
}
