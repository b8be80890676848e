// An ONNX graph as plain data: what the emitter writes, what graph functions rewrite, what the serializer reads.

/** Attribute of a node. */
export type Attribute =
  | { readonly kind: "int"; readonly value: number }
  | { readonly kind: "float"; readonly value: number }
  | { readonly kind: "ints"; readonly value: readonly number[] }
  | { readonly kind: "text"; readonly value: string };

export interface Node {
  /** Unique in the graph; begins with the scope path of the block that made it. */
  readonly name: string;
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

/**
 * A constant tensor: a weight named by its path, its scale or zero point where it is quantized, or whole numbers that say how
 * a node shapes its input. The type of the array is the type of the tensor.
 */
export interface Initializer {
  readonly shape: readonly number[];
  readonly data:
    | Float32Array
    | Float16Array
    | Int8Array
    | Uint8Array
    | Int32Array
    | BigInt64Array;
}

/** Name and sizes of a graph's input or output; a string names a size that is only known at run time. */
export interface ValueInfo {
  readonly name: string;
  /** null where the sizes are left to whoever reads the graph. */
  readonly shape: readonly (number | string)[] | null;
}

export interface Graph {
  readonly name: string;
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  /** In an order in which every value is made before it is used. */
  readonly nodes: readonly Node[];
  readonly initializers: ReadonlyMap<string, Initializer>;
  /** Of what convolutions give, where the maker of the graph told it. */
  readonly imageSizes?: ReadonlyMap<string, { readonly height: number; readonly width: number }>;
}

export const int = (value: number): Attribute => ({ kind: "int", value });
export const float = (value: number): Attribute => ({ kind: "float", value });
export const ints = (value: readonly number[]): Attribute => ({ kind: "ints", value });
export const text = (value: string): Attribute => ({ kind: "text", value });

/** A node that gives one value and is named by it. */
export function nodeOf(
  op: string,
  inputs: readonly string[],
  output: string,
  attributes: Node["attributes"] = {},
): Node {
  return { name: `${output}/${op}`, op, inputs, outputs: [output], attributes };
}

/** Whole numbers that say how a node shapes its input. */
export function sizesTensor(values: readonly number[]): Initializer {
  return { shape: [values.length], data: BigInt64Array.from(values, BigInt) };
}

/** Nodes that read each value; a graph's outputs have none for that. */
export function readersOf(graph: Graph): Map<string, Node[]> {
  const readers = new Map<string, Node[]>();
  for (const node of graph.nodes) {
    for (const name of new Set(node.inputs)) readers.set(name, [...readers.get(name) ?? [], node]);
  }
  return readers;
}

/** The node that makes each value. */
export function makersOf(graph: Graph): Map<string, Node> {
  return new Map(graph.nodes.flatMap((node) => node.outputs.map((name) => [name, node])));
}

/** Initializers that some node reads: rewriting leaves orphans behind. */
export function usedInitializers(
  nodes: readonly Node[],
  initializers: ReadonlyMap<string, Initializer>,
): Map<string, Initializer> {
  const used = new Set(nodes.flatMap((node) => node.inputs));
  return new Map([...initializers].filter(([name]) => used.has(name)));
}

/** A weight of a graph. @throws TypeError when there is none of that name, or it holds no floats. */
export function floats(
  initializers: ReadonlyMap<string, Initializer>,
  name: string,
): { readonly shape: readonly number[]; readonly data: Float32Array } {
  const initializer = initializers.get(name);
  if (!(initializer?.data instanceof Float32Array)) {
    throw new TypeError(`The graph has no weight "${name}" of float32`);
  }
  return { shape: initializer.shape, data: initializer.data };
}
