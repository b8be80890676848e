// The interpreter that writes: a network's text becomes an ONNX graph. Networks speak [N,H,W,C], ONNX [N,C,H,W]: since
// every operation here has an ONNX form of its own for that, no Transpose is ever needed.

import { float, type Graph, type Initializer, int, ints, type Node } from "../onnx/graph.ts";
import type { Network, Ops, Shape } from "./ops.ts";
import { createNamer } from "./scope.ts";
import { image, sameShape, shapeRules } from "./shapes.ts";

/** A weight's numbers, in the layout its role says. */
export interface WeightValues {
  readonly shape: Shape;
  readonly data: Float32Array;
}

/** An edge of the graph. The shape is the network's, [N,H,W,C]. */
interface Value {
  readonly name: string;
  readonly shape: Shape;
}

/** Name of the graph's input, float32 `[N,3,H,W]`, normalised. */
export const inputName = "image";
/** Name of the graph's output, float32 `[N,1,H,W]`: the probability that a pixel shows a defect, 0..1. */
export const outputName = "anomaly_map";

/**
 * Writes a network with its weights as a graph whose batch size is open.
 *
 * @param weights By path, as `plan` lists them.
 * @throws RangeError when a weight is missing or of another shape.
 */
export function toGraph(
  network: Network,
  weights: ReadonlyMap<string, WeightValues>,
  size: { height: number; width: number },
): Graph {
  const { height, width } = size;
  const nodes: Node[] = [];
  const initializers = new Map<string, Initializer>();
  const ops = onnxOps(weights, nodes, initializers);
  const { logits } = network(ops, { name: inputName, shape: [1, height, width, 3] });
  const map = ops.sigmoid(logits);
  const [, rows, columns, channels] = image("logits", map.shape);
  return {
    name: "lineside",
    inputs: [{ name: inputName, shape: ["N", 3, height, width] }],
    outputs: [{ name: outputName, shape: ["N", channels, rows, columns] }],
    nodes: nodes.map((node) => rename(node, map.name, outputName)),
    initializers,
  };
}

function onnxOps(
  weights: ReadonlyMap<string, WeightValues>,
  nodes: Node[],
  initializers: Map<string, Initializer>,
): Ops<Value> {
  const namer = createNamer();

  function node(
    op: string,
    inputs: readonly string[],
    shape: Shape,
    attributes: Node["attributes"] = {},
  ): Value {
    const name = namer.node(op);
    nodes.push({ name, op, inputs, outputs: [name], attributes });
    return { name, shape };
  }

  /** Puts a weight into the graph, its axes in ONNX's order, and gives its name. */
  function initializer(weight: Value, axes?: readonly number[]): string {
    if (!initializers.has(weight.name)) {
      const values = weights.get(weight.name)!;
      initializers.set(weight.name, axes === undefined ? values : permute(values, axes));
    }
    return weight.name;
  }

  return {
    scope: namer.scope,
    shape: (x) => x.shape,
    param(name, _role, shape) {
      const path = namer.weight(name);
      const values = weights.get(path);
      if (values === undefined) throw new RangeError(`Weight "${path}" is missing`);
      if (!sameShape(values.shape, shape)) {
        throw new RangeError(`Weight "${path}" has shape [${values.shape}], needs [${shape}]`);
      }
      return { name: path, shape };
    },

    conv(x, kernel, bias, options) {
      const { stride, padding: { top, left, bottom, right } } = options;
      const [height = 0, width = 0] = kernel.shape;
      const inputs = [x.name, initializer(kernel, [3, 2, 0, 1])];
      if (bias !== null) inputs.push(initializer(bias));
      return node(
        "Conv",
        inputs,
        shapeRules.conv(x.shape, kernel.shape, bias && bias.shape, options),
        {
          kernel_shape: ints([height, width]),
          strides: ints([stride, stride]),
          pads: ints([top, left, bottom, right]),
        },
      );
    },
    upConv(x, kernel, bias) {
      const [size = 0] = kernel.shape;
      return node(
        "ConvTranspose",
        [x.name, initializer(kernel, [3, 2, 0, 1]), initializer(bias)],
        shapeRules.upConv(x.shape, kernel.shape, bias.shape),
        { kernel_shape: ints([size, size]), strides: ints([size, size]) },
      );
    },
    maxPool: (x, options) =>
      node("MaxPool", [x.name], shapeRules.maxPool(x.shape, options), {
        kernel_shape: ints([options.size, options.size]),
        strides: ints([options.size, options.size]),
      }),
    batchNorm: (x, { scale, offset, mean, variance }, epsilon) =>
      node(
        "BatchNormalization",
        [x.name, ...[scale, offset, mean, variance].map((weight) => initializer(weight))],
        x.shape,
        { epsilon: float(epsilon) },
      ),

    relu: (x) => node("Relu", [x.name], x.shape),
    sigmoid: (x) => node("Sigmoid", [x.name], x.shape),
    add: (a, b) => node("Add", [a.name, b.name], shapeRules.add(a.shape, b.shape)),
    concat: (parts) =>
      node(
        "Concat",
        parts.map((part) => part.name),
        shapeRules.concat(parts.map((part) => part.shape)),
        { axis: int(1) },
      ),
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

function rename(node: Node, from: string, to: string): Node {
  const change = (names: readonly string[]) => names.map((name) => name === from ? to : name);
  return { ...node, inputs: change(node.inputs), outputs: change(node.outputs) };
}
