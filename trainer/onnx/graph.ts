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

/** A constant tensor: a weight named by its path, or whole numbers that say how a node shapes its input. */
export interface Initializer {
  readonly shape: readonly number[];
  readonly data: Float32Array | BigInt64Array;
}

/** Name and sizes of a graph's input or output; a string names a size that is only known at run time. */
export interface ValueInfo {
  readonly name: string;
  readonly shape: readonly (number | string)[];
}

export interface Graph {
  readonly name: string;
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  /** In an order in which every value is made before it is used. */
  readonly nodes: readonly Node[];
  readonly initializers: ReadonlyMap<string, Initializer>;
}

export const int = (value: number): Attribute => ({ kind: "int", value });
export const float = (value: number): Attribute => ({ kind: "float", value });
export const ints = (value: readonly number[]): Attribute => ({ kind: "ints", value });
export const text = (value: string): Attribute => ({ kind: "text", value });

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
