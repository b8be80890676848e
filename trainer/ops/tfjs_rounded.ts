// The vocabulary over tensors, with numbers rounded where a graph in integers has them rounded. It names nodes as that graph
// does and knows nothing else of it.

import type * as tf from "@tensorflow/tfjs";
import type { ValueRange } from "../quantization/scales.ts";
import type { Ops } from "./ops.ts";
import { createNamer } from "./scope.ts";
import { composedSelfAttention } from "./self_attention.ts";
import { roundActivation, roundWeights } from "./tfjs_rounding.ts";

/** What is rounded, by the names that nodes have in the graph; a value is named as the node that makes it. */
export interface Rounding {
  /** Nodes whose weights are integers. */
  readonly computing: ReadonlySet<string>;
  /** Ranges of what a node reads rounded while others may read it as it is, an entry for each of its inputs. */
  readonly inputs: ReadonlyMap<string, readonly (ValueRange | undefined)[]>;
  /** Ranges of values that are rounded for all who read them. */
  readonly outputs: ReadonlyMap<string, ValueRange>;
}

/** Operations that only move numbers are left as they are: what they move is rounded before, or by who reads it. */
export function roundedOps(ops: Ops<tf.Tensor>, rounding: Rounding): Ops<tf.Tensor> {
  const namer = createNamer();
  const read = (node: string, at: number, x: tf.Tensor) => by(rounding.inputs.get(node)?.[at], x);
  const give = (node: string, y: tf.Tensor) => by(rounding.outputs.get(node), y);
  const weightsOf = (node: string, weights: tf.Tensor, axes?: readonly number[]) =>
    rounding.computing.has(node) ? roundWeights(weights, axes) : weights;
  /** A node that has values alone, no weights. */
  const link = (op: string, parts: readonly tf.Tensor[], of: (parts: tf.Tensor[]) => tf.Tensor) => {
    const node = namer.node(op);
    return give(node, of(parts.map((part, at) => read(node, at, part))));
  };
  const rounded: Ops<tf.Tensor> = {
    ...ops,
    scope: (name, body) => namer.scope(name, () => ops.scope(name, body)),
    conv(x, kernel, bias, options) {
      const node = namer.node("Conv");
      return give(node, ops.conv(read(node, 0, x), weightsOf(node, kernel), bias, options));
    },
    upConv(x, kernel, bias) {
      const value = namer.node("ConvTranspose");
      const node = `${value}/Conv`; // as the graph in integers has it
      const weights = weightsOf(node, kernel, [3]); // each place of a block is a channel of its own there
      return give(value, ops.upConv(read(node, 0, x), weights, bias));
    },
    batchNorm: (x, weights, epsilon) =>
      give(namer.node("BatchNormalization"), ops.batchNorm(x, weights, epsilon)),
    upsample2x: (x) => link("Resize", [x], ([x]) => ops.upsample2x(x!)),
    linear(x, matrix, bias) {
      const node = namer.node("MatMul");
      const y = ops.linear(read(node, 0, x), weightsOf(node, matrix), bias);
      return give(bias === null ? node : namer.node("Add"), y);
    },
    addPosition: (x, position, readout) =>
      give(namer.node("Add"), ops.addPosition(x, position, readout)),
    attention(queries, keys, values, options) {
      const scores = namer.node("MatMul");
      namer.node("MatMul"); // the shares times the values, in floats
      const [ofQueries, ofKeys] = rounding.inputs.get(scores) ?? [];
      // The graph rounds queries that have their scale already.
      const grown = Math.sqrt(queries.shape.at(-1)! / options.heads);
      const unscaled = ofQueries && { min: ofQueries.min * grown, max: ofQueries.max * grown };
      return ops.attention(by(unscaled, queries), by(ofKeys, keys), values, options);
    },
    // What is rounded lies between its parts.
    selfAttention: (x, weights, options) => composedSelfAttention(rounded, x, weights, options),
    relu: (x) => link("Relu", [x], ([x]) => ops.relu(x!)),
    sigmoid: (x) => link("Sigmoid", [x], ([x]) => ops.sigmoid(x!)),
    add: (a, b) => link("Add", [a, b], ([a, b]) => ops.add(a!, b!)),
    concat: (parts) => link("Concat", parts, (parts) => ops.concat(parts)),
  };
  return rounded;
}

function by(range: ValueRange | undefined, x: tf.Tensor): tf.Tensor {
  return range === undefined ? x : roundActivation(x, range);
}
