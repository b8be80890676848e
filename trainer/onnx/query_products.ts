// Graph → Graph: the queries of an attention as one general product. ONNX Runtime computes that with its bias in integers and gives
// integers, as the product with the keys wants them; of a product and a sum it makes a product that gives floats, a sum and a rounding.

import { attentionsOf } from "./attention_pattern.ts";
import {
  type Graph,
  type Initializer,
  type Node,
  nodeOf,
  readersOf,
  sizesTensor,
  usedInitializers,
} from "./graph.ts";

/**
 * Every `MatMul` and `Add` that give queries `[N,T,C]` become a `Gemm` over the tokens of all images at once, where only a `Reshape`
 * to heads reads them. The same numbers, to the last bit but for the order of sums.
 *
 * The other projections stay: their results are floats, and a Gemm with the two Reshapes it needs is no faster.
 */
export function queryProducts(graph: Graph): Graph {
  const readers = readersOf(graph);
  const initializers = new Map(graph.initializers);
  const replaced = new Map<Node, readonly Node[]>();
  const sizes = (name: string, values: readonly number[]) => {
    initializers.set(name, sizesTensor(values));
    return name;
  };

  for (const { query } of attentionsOf(graph)) {
    if (!query?.biased) continue;
    const { product, matrix, biased: { sum, bias } } = query;
    const [toHeads] = readers.get(sum.outputs[0]!) ?? [];
    const heads = toHeads && sizesOf(initializers, toHeads);
    if (!toHeads || heads?.[0] !== 0) continue;
    const [inputs = 0] = initializers.get(matrix)!.shape;
    const rows = `${product.name}/rows`;
    replaced.set(product, []);
    replaced.set(sum, [
      nodeOf("Reshape", [product.inputs[0]!, sizes(`${rows}/sizes`, [-1, inputs])], rows),
      { ...product, op: "Gemm", inputs: [rows, matrix, bias], outputs: sum.outputs },
    ]);
    const [, ...others] = heads;
    const named = sizes(`${toHeads.name}/sizes`, [-1, ...others]);
    replaced.set(toHeads, [{ ...toHeads, inputs: [sum.outputs[0]!, named] }]);
  }
  const nodes = graph.nodes.flatMap((node) => replaced.get(node) ?? [node]);
  return { ...graph, nodes, initializers: usedInitializers(nodes, initializers) };
}

/** To what sizes a `Reshape` brings its input. */
function sizesOf(
  initializers: ReadonlyMap<string, Initializer>,
  { op, inputs: [, name = ""] }: Node,
): number[] | undefined {
  const data = op === "Reshape" ? initializers.get(name)?.data : undefined;
  return data instanceof BigInt64Array ? Array.from(data, Number) : undefined;
}
