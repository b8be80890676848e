// What the ONNX interpreter writes with: nodes and constants, each with a name of its own.

import { type Initializer, type Node, sizesTensor } from "../onnx/graph.ts";
import type { Shape } from "./ops.ts";
import { createNamer, type Namer } from "./scope.ts";
import type { WeightSpec } from "./plan.ts";
import { elementCount, sameShape } from "./shapes.ts";

/** A weight's numbers, in the layout its role says. */
export interface WeightValues {
  readonly shape: Shape;
  readonly data: Float32Array;
}

/** Weights of a plan, all of one number: for what depends on a graph's form alone. */
export function fillWeights(
  weights: readonly WeightSpec[],
  value: number,
): Map<string, WeightValues> {
  return new Map(
    weights.map(({ path, shape }) =>
      [path, { shape, data: new Float32Array(elementCount(shape)).fill(value) }] as const
    ),
  );
}

/** An edge of the graph. The shape is the network's: an image is `[N,H,W,C]`, tokens are `[N,T,C]`. */
export interface Value {
  readonly name: string;
  readonly shape: Shape;
}

export interface Emitter {
  readonly namer: Namer;
  readonly nodes: readonly Node[];
  readonly initializers: ReadonlyMap<string, Initializer>;
  /** The network's shape of what each node gives. */
  readonly shapes: ReadonlyMap<string, Shape>;
  /** @throws RangeError when the weight is missing or of another shape. */
  param(name: string, shape: Shape): Value;
  /** Adds a node with one output, named by the scope and the operation. */
  node(
    op: string,
    inputs: readonly string[],
    shape: Shape,
    attributes?: Node["attributes"],
  ): Value;
  /** The name of a weight in the graph; its axes are put in ONNX's order when it is first asked for. */
  weight(weight: Value, axes?: readonly number[]): string;
  /** The numbers of a weight, for what has to be computed of it. */
  values(weight: Value): WeightValues;
  /** The name of a constant tensor that is not a weight. */
  constant(name: string, tensor: Initializer): string;
  /** The name of a list of whole numbers (ONNX takes shapes as int64 tensors); equal lists are one. */
  ints(values: readonly number[]): string;
}

/** @param weights By path, as `plan` lists them. */
export function createEmitter(weights: ReadonlyMap<string, WeightValues>): Emitter {
  const namer = createNamer();
  const nodes: Node[] = [];
  const initializers = new Map<string, Initializer>();
  const shapes = new Map<string, Shape>();

  function constant(name: string, tensor: Initializer): string {
    initializers.set(name, tensor);
    return name;
  }

  return {
    namer,
    nodes,
    initializers,
    shapes,
    param(name, shape) {
      const path = namer.weight(name);
      const values = weights.get(path);
      if (values === undefined) throw new RangeError(`Weight "${path}" is missing`);
      if (!sameShape(values.shape, shape)) {
        throw new RangeError(`Weight "${path}" has shape [${values.shape}], needs [${shape}]`);
      }
      return { name: path, shape };
    },
    node(op, inputs, shape, attributes = {}) {
      const name = namer.node(op);
      nodes.push({ name, op, inputs, outputs: [name], attributes });
      shapes.set(name, shape);
      return { name, shape };
    },
    weight({ name }, axes) {
      const values = weights.get(name)!;
      return initializers.has(name)
        ? name
        : constant(name, axes === undefined ? values : permute(values, axes));
    },
    values: ({ name }) => weights.get(name)!,
    constant,
    ints: (values) => constant(`ints/${values.join("_")}`, sizesTensor(values)),
  };
}

/** Axis `i` of the result is axis `axes[i]` of the rank 4 tensor. */
function permute({ shape, data }: WeightValues, axes: readonly number[]): WeightValues {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((a, b) => a * b, 1));
  const [n = 0, c = 0, h = 0, w = 0] = axes.map((axis) => shape[axis] ?? 0);
  const [sn = 0, sc = 0, sh = 0, sw = 0] = axes.map((axis) => strides[axis] ?? 0);
  const permuted = new Float32Array(data.length);
  let at = 0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < c; j++) {
      for (let k = 0; k < h; k++) {
        for (let l = 0; l < w; l++) permuted[at++] = data[i * sn + j * sc + k * sh + l * sw]!;
      }
    }
  }
  return { shape: [n, c, h, w], data: permuted };
}
