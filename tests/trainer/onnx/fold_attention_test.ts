import { assertEquals } from "@std/assert";
import { foldAttention } from "../../../trainer/onnx/fold_attention.ts";
import {
  floats,
  type Graph,
  type Initializer,
  int,
  ints,
  type Node,
} from "../../../trainer/onnx/graph.ts";
import { assertSameMaps, randomPreset } from "../random_graph.ts";

const size = { height: 64, width: 96 };
const attentionNodes = ({ nodes }: Graph, op: string) =>
  nodes.filter((node) => node.op === op && node.name.startsWith("encoder/layer.1/attention"));

Deno.test("foldAttention() leaves the map, and of a block's passes only the biases of queries and output", async () => {
  const graph = await randomPreset("dpt", "tiny", size);
  const folded = foldAttention(graph);
  assertEquals([attentionNodes(graph, "Add").length, attentionNodes(graph, "Mul").length], [4, 1]);
  assertEquals(attentionNodes(folded, "Mul"), []);
  assertEquals(
    attentionNodes(folded, "Add").map(({ name }) => name),
    ["query", "output"].map((part) => `encoder/layer.1/attention/${part}/Add`),
  );

  await assertSameMaps(folded, graph, size);
});

Deno.test("foldAttention() leaves a value that something else reads", () => {
  const graph = oneHead();
  const { nodes } = foldAttention({
    ...graph,
    outputs: [...graph.outputs, { name: "key", shape: null }],
  });
  assertEquals(nodes.some(({ name }) => name === "key/Add"), true);
});

Deno.test("foldAttention() leaves values without a projection behind them", () => {
  const folded = foldAttention(oneHead());
  const names = folded.nodes.map(({ name }) => name);
  assertEquals(["query/Add", "key/Add", "value/Add"].map((name) => names.includes(name)), [
    true,
    false,
    true,
  ]);
  assertEquals([...floats(folded.initializers, "query/bias").data], [0.5, 0.5]);
});

/** Attention over `[N,3,2]` in one head, whose result is the graph's. */
function oneHead(): Graph {
  const project = (name: string): Node[] => [
    node("MatMul", `${name}/MatMul`, ["x", `${name}/matrix`], `${name}/product`),
    node("Add", `${name}/Add`, [`${name}/product`, `${name}/bias`], name),
  ];
  const parts = ["query", "key", "value"];
  return {
    name: "attention",
    inputs: [{ name: "x", shape: ["n", 3, 2] }],
    outputs: [{ name: "mixed", shape: null }],
    nodes: [
      ...parts.flatMap(project),
      node("Mul", "scale", ["query", "half"], "scaled"),
      node("Transpose", "turn", ["key"], "turned", { perm: ints([0, 2, 1]) }),
      node("MatMul", "product", ["scaled", "turned"], "scores"),
      node("Softmax", "softmax", ["scores"], "shares", { axis: int(-1) }),
      node("MatMul", "mix", ["shares", "value"], "mixed"),
    ],
    initializers: new Map<string, Initializer>([
      ["half", { shape: [], data: Float32Array.of(0.5) }],
      ...parts.flatMap((name) => [
        [`${name}/matrix`, { shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) }] as const,
        [`${name}/bias`, { shape: [2], data: Float32Array.of(1, 1) }] as const,
      ]),
    ]),
  };
}

function node(
  op: string,
  name: string,
  inputs: readonly string[],
  output: string,
  attributes: Node["attributes"] = {},
): Node {
  return { name, op, inputs, outputs: [output], attributes };
}
