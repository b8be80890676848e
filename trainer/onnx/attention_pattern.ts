// Where the attention of a graph is: the projections around each softmax over scores of queries and keys.

import { type Graph, makersOf, type Node, readersOf } from "./graph.ts";

/** A product of tokens with a matrix that nothing else reads, and the bias behind it, if there is one. */
export interface Projection {
  readonly product: Node;
  /** `[in,out]`. */
  readonly matrix: string;
  readonly biased?: { readonly sum: Node; readonly bias: string };
}

/** One attention; a part is missing where something else reads what is on the way, or it is another pattern. */
export interface Attention {
  readonly query?: Projection;
  /** The multiplication of the queries by one number. */
  readonly scaling?: Node;
  readonly key?: Projection;
  readonly value?: Projection;
  /** Of the heads' results together. */
  readonly output?: Projection;
}

export function attentionsOf(graph: Graph): Attention[] {
  const makers = makersOf(graph);
  const readers = readersOf(graph);
  const outputs = new Set(graph.outputs.map(({ name }) => name));

  const onlyReader = (name: string | undefined) => {
    const [reader, ...others] = name === undefined || outputs.has(name)
      ? []
      : readers.get(name) ?? [];
    return others.length === 0 ? reader : undefined;
  };
  /** What gives a value that only `reader` needs, before tokens are dealt out to heads. */
  function beforeHeads(name: string | undefined): Node | undefined {
    const maker = onlyReader(name) && makers.get(name!);
    return maker && moves(maker) ? beforeHeads(maker.inputs[0]) : maker;
  }
  /** What alone reads a value, when the heads are together again. */
  function behindHeads(name: string | undefined): Node | undefined {
    const reader = onlyReader(name);
    return reader && moves(reader) ? behindHeads(reader.outputs[0]) : reader;
  }
  const isOwn = (weight: string | undefined, rank: number): weight is string =>
    weight !== undefined && graph.initializers.get(weight)?.shape.length === rank &&
    readers.get(weight)?.length === 1;

  /** The projection that ends with a node. */
  function endingWith(node: Node | undefined): Projection | undefined {
    const [input, weight] = node?.inputs ?? [];
    if (node?.op === "MatMul") {
      return isOwn(weight, 2) ? { product: node, matrix: weight } : undefined;
    }
    if (node?.op !== "Add" || !isOwn(weight, 1) || !onlyReader(input)) return undefined;
    const projection = endingWith(makers.get(input!));
    return projection?.biased ? undefined : projection && {
      ...projection,
      biased: { sum: node, bias: weight },
    };
  }
  /** The projection that begins with a node. */
  function beginningWith(node: Node | undefined): Projection | undefined {
    if (node?.op !== "MatMul") return undefined;
    const sum = onlyReader(node.outputs[0]);
    return endingWith(sum?.op === "Add" ? sum : node);
  }

  return graph.nodes.filter(({ op }) => op === "Softmax").flatMap((softmax): Attention[] => {
    const [shares] = softmax.outputs;
    const [scores, mix] = [beforeHeads(softmax.inputs[0]), onlyReader(shares)];
    if (scores?.op !== "MatMul" || mix?.op !== "MatMul" || mix.inputs[0] !== shares) return [];
    const asked = beforeHeads(scores.inputs[0]);
    const factor = graph.initializers.get(asked?.inputs[1] ?? "");
    const scaling = asked?.op === "Mul" && factor?.data.length === 1 ? asked : undefined;
    const parts = {
      query: endingWith(scaling ? beforeHeads(scaling.inputs[0]) : asked),
      scaling,
      key: endingWith(beforeHeads(scores.inputs[1])),
      value: endingWith(beforeHeads(mix.inputs[1])),
      output: beginningWith(behindHeads(mix.outputs[0])),
    };
    return [Object.fromEntries(Object.entries(parts).filter(([, part]) => part)) as Attention];
  });
}

/** Whether a node only deals tokens out to heads, or gathers them. */
const moves = ({ op }: Node) => op === "Reshape" || op === "Transpose";
