// The interpreter that writes: a network's text becomes an ONNX graph.

import { type Graph, int, type Node, usedInitializers } from "../onnx/graph.ts";
import { createEmitter, type Emitter, type Value, type WeightValues } from "./onnx_emitter.ts";
import { onnxImageOps } from "./onnx_image.ts";
import { onnxTokenOps } from "./onnx_tokens.ts";
import type { ImageSize, Network, Ops, Shape } from "./ops.ts";
import { composedSelfAttention } from "./self_attention.ts";
import { shapeRules } from "./shapes.ts";

/** Name of the graph's input, float32 `[N,3,H,W]`, normalised. */
export const inputName = "image";
/** Name of the graph's output, float32 `[N,1,H,W]`: the probability that a pixel shows a defect, 0..1. */
export const outputName = "anomaly_map";

export interface GraphOptions {
  /** Adds the network's features as outputs `feature_1`, `feature_2` …: tokens `[N,T,C]`, images `[N,C,H,W]`. @default false */
  readonly features?: boolean;
}

/**
 * Writes a network with its weights as a graph whose batch size is open.
 *
 * @param weights By path, as `plan` lists them.
 * @throws RangeError when a weight is missing or of another shape.
 */
export function toGraph(
  network: Network,
  weights: ReadonlyMap<string, WeightValues>,
  { height, width }: ImageSize,
  { features = false }: GraphOptions = {},
): Graph {
  const emitter = createEmitter(weights);
  const ops = onnxOps(emitter);
  const answer = network(ops, { name: inputName, shape: [1, height, width, 3] });
  const outputs = new Map([[ops.sigmoid(answer.logits), outputName]]);
  if (features) answer.features.forEach((value, i) => outputs.set(value, `feature_${i + 1}`));
  const names = new Map([...outputs].map(([value, name]) => [value.name, name]));
  const nodes = emitter.nodes.map((node) => rename(node, names));
  return {
    name: "lineside",
    inputs: [{ name: inputName, shape: ["N", 3, height, width] }],
    outputs: [...outputs].map(([{ shape }, name]) => ({ name, shape: ["N", ...onnxSizes(shape)] })),
    nodes,
    initializers: usedInitializers(nodes, emitter.initializers),
    imageSizes: new Map(
      emitter.nodes.filter(({ op }) => op === "Conv" || op === "ConvTranspose").map(({ name }) => {
        const [, height = 0, width = 0] = emitter.shapes.get(name)!;
        return [names.get(name) ?? name, { height, width }];
      }),
    ),
  };
}

function onnxOps(emitter: Emitter): Ops<Value> {
  const { node } = emitter;
  const ops: Ops<Value> = {
    scope: emitter.namer.scope,
    shape: (x) => x.shape,
    param: (name, _role, shape) => emitter.param(name, shape),

    ...onnxImageOps(emitter),
    ...onnxTokenOps(emitter),
    selfAttention: (x, weights, options) => composedSelfAttention(ops, x, weights, options),

    relu: (x) => node("Relu", [x.name], x.shape),
    gelu: (x) => node("Gelu", [x.name], x.shape),
    sigmoid: (x) => node("Sigmoid", [x.name], x.shape),
    add: (a, b) => node("Add", [a.name, b.name], shapeRules.add(a.shape, b.shape)),
    concat(parts) {
      const shape = shapeRules.concat(parts.map((part) => part.shape));
      return node("Concat", parts.map(({ name }) => name), shape, {
        axis: int(channelAxis(shape)),
      });
    },
  };
  return ops;
}

/** ONNX holds the channels of an image second, those of tokens last. */
function channelAxis(shape: Shape): number {
  return shape.length === 4 ? 1 : shape.length - 1;
}

/** All sizes but the batch, as ONNX has them. */
function onnxSizes([, ...sizes]: Shape): number[] {
  const [height, width, channels] = sizes;
  return sizes.length === 3 ? [channels!, height!, width!] : sizes;
}

function rename(node: Node, names: ReadonlyMap<string, string>): Node {
  const change = (values: readonly string[]) => values.map((name) => names.get(name) ?? name);
  return { ...node, inputs: change(node.inputs), outputs: change(node.outputs) };
}
