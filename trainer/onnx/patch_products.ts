// Graph → Graph: patches that become tokens, as one product. A convolution in integers must give integers, with one scale for all
// channels, of which a published encoder has a few with far larger numbers than others; a product in integers may give floats.

import {
  floats,
  type Graph,
  type Initializer,
  ints,
  type Node,
  nodeOf,
  readersOf,
  sizesTensor,
  usedInitializers,
} from "./graph.ts";

/**
 * Every `Conv` with a bias over an input of the graph, whose windows lie side by side and whose result only becomes tokens `[N,T,C]`,
 * becomes a `MatMul` over its windows. The same numbers, to the last bit but for the order of sums.
 */
export function patchProducts(graph: Graph): Graph {
  const readers = readersOf(graph);
  const initializers = new Map(graph.initializers);
  const outputs = new Set(graph.outputs.map(({ name }) => name));
  const onlyReader = (node: Node, op: string) => {
    const [output = ""] = node.outputs;
    const [reader, ...others] = outputs.has(output) ? [] : readers.get(output) ?? [];
    return others.length === 0 && reader?.op === op ? reader : undefined;
  };

  const replaced = new Map<Node, readonly Node[]>();
  for (const conv of graph.nodes) {
    const patches = patchesOf(graph, conv);
    const reshape = patches && onlyReader(conv, "Reshape");
    const transpose = reshape && onlyReader(reshape, "Transpose");
    const { perm } = transpose?.attributes ?? {};
    if (!patches || !transpose || perm?.kind !== "ints" || `${perm.value}` !== "0,2,1") continue;
    replaced.set(conv, product(conv, transpose.outputs[0]!, patches, initializers));
    replaced.set(reshape, []);
    replaced.set(transpose, []);
  }
  const nodes = graph.nodes.flatMap((node) => replaced.get(node) ?? [node]);
  return { ...graph, nodes, initializers: usedInitializers(nodes, initializers) };
}

interface Patches {
  readonly rows: number;
  readonly columns: number;
  /** Of a window, in pixels. */
  readonly side: number;
  /** Of the image. */
  readonly channels: number;
}

/** The windows of a convolution that lie side by side and fill an input of the graph. */
function patchesOf({ inputs, initializers }: Graph, conv: Node): Patches | undefined {
  const [image, kernel = "", bias] = conv.inputs;
  const { strides, pads } = conv.attributes;
  const [, channels, height, width] = inputs.find(({ name }) => name === image)?.shape ?? [];
  const [, , side = 0, breadth] = initializers.get(kernel)?.shape ?? [];
  const isSideBySide = conv.op === "Conv" && bias !== undefined && side === breadth &&
    strides?.kind === "ints" && strides.value.every((stride) => stride === side) &&
    pads?.kind === "ints" && pads.value.every((pad) => pad === 0);
  if (!isSideBySide || typeof height !== "number" || typeof width !== "number") return undefined;
  if (typeof channels !== "number" || height % side !== 0 || width % side !== 0) return undefined;
  return { rows: height / side, columns: width / side, side, channels };
}

function product(
  { name, inputs }: Node,
  tokens: string,
  { rows, columns, side, channels }: Patches,
  initializers: Map<string, Initializer>,
): Node[] {
  const [image = "", kernelName = "", bias = ""] = inputs;
  const constant = (part: string, { shape, data }: Initializer) => {
    initializers.set(`${name}/${part}`, { shape, data });
    return `${name}/${part}`;
  };
  const sizes = (part: string, values: readonly number[]) => constant(part, sizesTensor(values));

  const { shape: [filters = 0], data } = floats(initializers, kernelName); // [out,in,side,side]
  const inputsOfOne = channels * side * side;
  const matrix = new Float32Array(data.length); // [in·side·side,out]
  data.forEach((value, at) => {
    matrix[(at % inputsOfOne) * filters + Math.floor(at / inputsOfOne)] = value;
  });
  const kernel = constant("matrix", { shape: [inputsOfOne, filters], data: matrix });
  const cut = sizes("cut", [0, channels, rows, side, columns, side]);
  const flat = sizes("flat", [0, rows * columns, inputsOfOne]);
  return [
    nodeOf("Reshape", [image, cut], `${name}/windows`),
    nodeOf("Transpose", [`${name}/windows`], `${name}/patches`, { perm: ints([0, 2, 4, 1, 3, 5]) }),
    nodeOf("Reshape", [`${name}/patches`, flat], `${name}/rows`),
    { ...nodeOf("MatMul", [`${name}/rows`, kernel], `${name}/product`), name },
    nodeOf("Add", [`${name}/product`, bias], tokens),
  ];
}
