// Graph → Graph: a channel of a value that has far larger numbers than others takes the range of all when it becomes integers. What
// makes the value divides its channels, and what reads it multiplies them again (Xiao et al. 2023, section 4).

import { attentionsOf, type Projection } from "../onnx/attention_pattern.ts";
import { floats, type Graph, readersOf } from "../onnx/graph.ts";
import type { Observe } from "./calibrate.ts";

/** A value of tokens `[N,T,C]` whose channels can be scaled, since weights make it and weights read it. */
export interface Balance {
  readonly value: string;
  /** Weights whose last axis is its channels. */
  readonly makers: readonly string[];
  /** Matrices whose first axis is its channels, or, where there is a partner, weights that make that one. */
  readonly readers: readonly string[];
  /** The keys to these queries: they meet channel by channel. */
  readonly partner?: string;
}

/** Norms that matrices alone read, what the heads of an attention give to the matrix behind them, and queries against keys. */
export function balancesOf(graph: Graph): Balance[] {
  const readers = readersOf(graph);
  const outputs = new Set(graph.outputs.map(({ name }) => name));
  const isOwn = (weight: string | undefined): weight is string =>
    graph.initializers.has(weight ?? "") && readers.get(weight!)?.length === 1;

  const norms = graph.nodes.flatMap(({ op, inputs, outputs: [value = ""] }): Balance[] => {
    const products = readers.get(value) ?? [];
    const [makers, matrices] = [inputs.slice(1), products.map(({ inputs }) => inputs[1])];
    const isBalanced = op === "LayerNormalization" && !outputs.has(value) && makers.every(isOwn) &&
      products.length > 0 && products.every(({ op }) => op === "MatMul") && matrices.every(isOwn);
    return isBalanced ? [{ value, makers, readers: matrices as string[] }] : [];
  });
  const attentions = attentionsOf(graph).flatMap(
    ({ query, scaling, key, value, output }): Balance[] => [
      ...(value && output
        ? [{
          value: output.product.inputs[0]!,
          makers: weightsOf(value),
          readers: [output.matrix],
        }]
        : []),
      ...(query && key && !scaling
        ? [{
          value: resultOf(query),
          makers: weightsOf(query),
          readers: weightsOf(key),
          partner: resultOf(key),
        }]
        : []),
    ],
  );
  return [...norms, ...attentions];
}

const weightsOf = ({ matrix, biased }: Projection) => biased ? [matrix, biased.bias] : [matrix];
const resultOf = ({ product, biased }: Projection) => (biased?.sum ?? product).outputs[0]!;

/** Largest |x| of each channel of the values that balances are about, over a sample of images. */
export async function observeChannels(
  graph: Graph,
  balances: readonly Balance[],
  images: readonly Float32Array[],
  observe: Observe,
): Promise<Map<string, Float32Array>> {
  const largest = new Map(
    balances.flatMap(({ value, makers, partner }) =>
      [value, ...(partner ? [partner] : [])].map((name) =>
        [name, new Float32Array(channelsOf(graph, makers[0]!))] as const
      )
    ),
  );
  for (const image of images) {
    const values = await observe(image);
    for (const [name, sizes] of largest) {
      values.get(name)!.forEach((number, at) => {
        const channel = at % sizes.length;
        sizes[channel] = Math.max(sizes[channel]!, Math.abs(number));
      });
    }
  }
  return largest;
}

const channelsOf = ({ initializers }: Graph, weight: string) =>
  initializers.get(weight)!.shape.at(-1)!;

/**
 * Divides each channel by the root of its size over that of what it meets, so that both end equally large. In exact arithmetic
 * nothing changes.
 *
 * @param largest Of each channel of each value, as `observeChannels()` gives it.
 */
export function balanceChannels(
  graph: Graph,
  balances: readonly Balance[],
  largest: ReadonlyMap<string, Float32Array>,
): Graph {
  const initializers = new Map(graph.initializers);
  const rescale = (weight: string, factorOf: (at: number, shape: readonly number[]) => number) => {
    const { shape, data } = floats(initializers, weight);
    initializers.set(weight, { shape, data: data.map((each, at) => each * factorOf(at, shape)) });
  };
  for (const { value, makers, readers, partner } of balances) {
    const met = partner === undefined
      ? rowSizes(readers.map((matrix) => floats(initializers, matrix)))
      : largest.get(partner)!;
    const divisors = Float64Array.from(
      largest.get(value)!,
      (size, channel) => Math.sqrt(size / met[channel]!) || 1,
    ).map((divisor) => Number.isFinite(divisor) ? divisor : 1);
    const last = (at: number) => divisors[at % divisors.length]!;
    for (const weight of makers) rescale(weight, (at) => 1 / last(at));
    for (const weight of readers) {
      rescale(
        weight,
        partner === undefined ? (at, [, outs]) => divisors[Math.floor(at / outs!)]! : last,
      );
    }
  }
  return { ...graph, initializers };
}

/** Largest |weight| of each row, over several matrices `[in,out]`. */
function rowSizes(matrices: readonly ReturnType<typeof floats>[]): Float32Array {
  const sizes = new Float32Array(matrices[0]!.shape[0]!);
  for (const { shape: [, outputs = 1], data } of matrices) {
    data.forEach((weight, at) => {
      const row = Math.floor(at / outputs);
      sizes[row] = Math.max(sizes[row]!, Math.abs(weight));
    });
  }
  return sizes;
}
