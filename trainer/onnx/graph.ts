// An ONNX graph as plain data: what the emitter writes, what graph functions rewrite, what the serializer reads.

/** Attribute of a node; whole numbers become ONNX ints, the rest floats. */
export type Attribute =
  | { readonly kind: "int"; readonly value: number }
  | { readonly kind: "float"; readonly value: number }
  | { readonly kind: "ints"; readonly value: readonly number[] };

export interface Node {
  /** Unique in the graph; begins with the scope path of the block that made it. */
  readonly name: string;
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

/** A constant tensor, named by the path of its weight. */
export interface Initializer {
  readonly shape: readonly number[];
  readonly data: Float32Array;
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

/** Initializers that some node reads: rewriting leaves orphans behind. */
export function usedInitializers(
  nodes: readonly Node[],
  initializers: ReadonlyMap<string, Initializer>,
): Map<string, Initializer> {
  const used = new Set(nodes.flatMap((node) => node.inputs));
  return new Map([...initializers].filter(([name]) => used.has(name)));
}
