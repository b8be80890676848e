// Graph → Graph: static int8 in the form that ONNX Runtime fuses, QuantizeLinear and DequantizeLinear around what may compute
// in integers (QDQ). Activations are uint8 with one scale, weights int8 with a scale for each output channel, biases int32
// (Jacob et al. 2018, section 2). Nothing is measured here: ranges come in.

import {
  type Graph,
  type Initializer,
  int,
  type Node,
  nodeOf,
  usedInitializers,
} from "../onnx/graph.ts";
import { planQuantization } from "./plan_quantization.ts";
import { quantizeBias, quantizeWeights, scaleOf, type ValueRange } from "./scales.ts";
import { rangeReader, valuesRoundedForAll } from "./value_rounding.ts";

export interface QuantizeOptions {
  /** What each value of `planQuantization()` was seen to hold. */
  readonly ranges: ReadonlyMap<string, ValueRange>;
  /** Names of nodes that go on computing in float32. @default none */
  readonly floats?: ReadonlySet<string>;
}

/** @throws RangeError naming a value that has no range. */
export function quantizeGraph(
  graph: Graph,
  { ranges, floats = new Set() }: QuantizeOptions,
): Graph {
  const plan = planQuantization(graph, floats);
  const { computing, linking, values } = plan;
  const rangeOf = rangeReader(graph, plan, ranges);
  const initializers = new Map(graph.initializers);
  const scales = new Map<string, number>();

  const constant = (name: string, data: Initializer["data"], shape: readonly number[] = []) => {
    initializers.set(name, { shape, data });
    return name;
  };
  const results = new Set(graph.outputs.map(({ name }) => name));
  // A result keeps its name for those who read it at the end, so what its node gives has another one.
  const isOpen = (name: string) => results.has(name) && values.has(name);
  const made = (name: string) => isOpen(name) ? `${name}/float` : name;
  const quantized = (name: string) => isOpen(name) ? name : `${name}/dequantized`;

  /** Through eight bits and back. */
  function throughInteger(value: string): Node[] {
    const { scale, zeroPoint } = scaleOf(rangeOf(value));
    scales.set(value, scale);
    const level = [
      constant(`${value}/scale`, Float32Array.of(scale)),
      constant(`${value}/zero_point`, Uint8Array.of(zeroPoint)),
    ];
    const integer = `${value}/quantized`;
    return [
      linear("QuantizeLinear", [made(value), ...level], integer),
      linear("DequantizeLinear", [integer, ...level], quantized(value)),
    ];
  }

  /** A weight that is stored in integers. `axis` is that of its output channels. */
  function dequantize(name: string, scale: string, data: Initializer["data"], axis: number): Node {
    const { shape } = graph.initializers.get(name)!;
    const integer = constant(`${name}/quantized`, data, shape);
    const zeroPoint = constant(
      `${scale}/zero_point/${data.constructor.name}`,
      data instanceof Int8Array ? new Int8Array(shape[axis]!) : new Int32Array(shape[axis]!),
      [shape[axis]!],
    );
    return linear("DequantizeLinear", [integer, scale, zeroPoint], quantized(name), axis);
  }

  function computingNode(node: Node): Node[] {
    const [input = "", kernel = "", bias] = node.inputs;
    if (values.has(kernel)) {
      return [{ ...node, inputs: [input, kernel].map(quantized), outputs: node.outputs.map(made) }];
    }
    const axis = node.op === "Conv" ? 0 : 1; // kernels are [out,in,h,w], matrices [in,out]
    const weight = graph.initializers.get(kernel)! as Initializer & { data: Float32Array };
    const inputScale = scales.get(input)!;
    const biases = bias === undefined
      ? undefined
      : graph.initializers.get(bias)!.data as Float32Array;
    const weights = quantizeWeights(weight, axis, { inputScale, ...(biases && { biases }) });
    const channels = [weights.scales.length];
    const scale = constant(`${kernel}/scale`, weights.scales, channels);
    const parts = [dequantize(kernel, scale, weights.data, axis)];
    if (bias !== undefined && biases !== undefined) {
      const product = weights.scales.map((each) => each * inputScale);
      const biasScale = constant(`${bias}/scale`, product, channels);
      parts.push(dequantize(bias, biasScale, quantizeBias(biases, product), 0));
    }
    const inputs = [quantized(input), ...parts.map(({ outputs }) => outputs[0]!)];
    return [...parts, { ...node, inputs, outputs: node.outputs.map(made) }];
  }

  const throughAll = valuesRoundedForAll(graph, plan);
  const nodes: Node[] = [];
  for (const { name } of graph.inputs) if (values.has(name)) nodes.push(...throughInteger(name));
  for (const node of graph.nodes) {
    if (computing.has(node)) nodes.push(...computingNode(node));
    else {
      const reads = (name: string) =>
        values.has(name) && (linking.has(node) || throughAll.has(name)) ? quantized(name) : name;
      nodes.push({ ...node, inputs: node.inputs.map(reads), outputs: node.outputs.map(made) });
    }
    for (const name of node.outputs) if (values.has(name)) nodes.push(...throughInteger(name));
  }
  return { ...graph, nodes, initializers: usedInitializers(nodes, initializers) };
}

function linear(
  op: "QuantizeLinear" | "DequantizeLinear",
  inputs: readonly string[],
  output: string,
  axis?: number,
): Node {
  return nodeOf(op, inputs, output, axis === undefined ? {} : { axis: int(axis) });
}
