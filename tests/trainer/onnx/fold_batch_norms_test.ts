import { assertAlmostEquals, assertEquals } from "@std/assert";
import { unet } from "../../../trainer/networks/unet.ts";
import { foldBatchNorms } from "../../../trainer/onnx/fold_batch_norms.ts";
import { float, type Graph, type Initializer, type Node } from "../../../trainer/onnx/graph.ts";
import { toGraph } from "../../../trainer/ops/onnx.ts";
import { fillWeights } from "../../../trainer/ops/onnx_emitter.ts";
import { plan } from "../../../trainer/ops/plan.ts";
import { FLOAT32_LOSS } from "../../tolerances.ts";

const node = (op: string, name: string, inputs: string[]): Node => ({
  name,
  op,
  inputs,
  outputs: [name],
  attributes: op === "BatchNormalization" ? { epsilon: float(0.25) } : {},
});
const vector = (...values: number[]): Initializer => ({
  shape: [values.length],
  data: Float32Array.from(values),
});
const norm = (name: string, input: string) =>
  node("BatchNormalization", name, [input, "scale", "offset", "mean", "variance"]);

/** A 1×1 convolution of two channels, and what a batch norm needs. */
const initializers = new Map<string, Initializer>([
  ["kernel", { shape: [2, 2, 1, 1], data: Float32Array.of(1, 2, 3, 4) }],
  ["bias", vector(10, 20)],
  ["scale", vector(3, -2)],
  ["offset", vector(0.5, 1)],
  ["mean", vector(4, 5)],
  ["variance", vector(2, 0.75)],
]);

const graphOf = (nodes: Node[], output = nodes.at(-1)!.name): Graph => ({
  name: "test",
  inputs: [{ name: "image", shape: ["N", 2, 1, 1] }],
  outputs: [{ name: output, shape: ["N", 2, 1, 1] }],
  nodes,
  initializers,
});

function assertValues(initializer: Initializer | undefined, expected: number[]): void {
  assertEquals(initializer?.data.length, expected.length);
  for (const [i, value] of expected.entries()) {
    assertAlmostEquals(initializer!.data[i]!, value, FLOAT32_LOSS * Math.abs(value));
  }
}

Deno.test("foldBatchNorms() scales kernel and bias as by hand", () => {
  // s = 3/√(2 + ¼) = 2 and −2/√(¾ + ¼) = −2
  const folded = foldBatchNorms(
    graphOf([node("Conv", "conv", ["image", "kernel", "bias"]), norm("norm", "conv")]),
  );
  assertEquals(folded.nodes, [{
    ...node("Conv", "conv", ["image", "kernel", "bias"]),
    outputs: ["norm"],
  }]);
  assertEquals([...folded.initializers.keys()], ["kernel", "bias"]);
  assertEquals(folded.initializers.get("kernel")!.shape, [2, 2, 1, 1]);
  assertValues(folded.initializers.get("kernel"), [2, 4, -6, -8]);
  assertValues(folded.initializers.get("bias"), [(10 - 4) * 2 + 0.5, (20 - 5) * -2 + 1]);
});

Deno.test("foldBatchNorms() gives a convolution without a bias one", () => {
  const folded = foldBatchNorms(
    graphOf([node("Conv", "conv", ["image", "kernel"]), norm("norm", "conv")]),
  );
  assertEquals(folded.nodes[0]!.inputs, ["image", "kernel", "conv/bias"]);
  assertValues(folded.initializers.get("conv/bias"), [-4 * 2 + 0.5, -5 * -2 + 1]);
});

Deno.test("foldBatchNorms() does not change the graph it is given", () => {
  const graph = graphOf([node("Conv", "conv", ["image", "kernel", "bias"]), norm("norm", "conv")]);
  const before = structuredClone(graph);
  foldBatchNorms(graph);
  assertEquals(graph, before);
});

const conv = node("Conv", "conv", ["image", "kernel", "bias"]);
const unfoldable: Record<string, Graph> = {
  "whose convolution something else reads": graphOf([
    conv,
    norm("norm", "conv"),
    node("Add", "sum", ["conv", "norm"]),
  ]),
  "whose convolution is an output": graphOf([conv, norm("norm", "conv")], "conv"),
  "whose kernel another convolution reads": graphOf([
    conv,
    node("Conv", "twin", ["image", "kernel"]),
    norm("norm", "conv"),
    node("Add", "sum", ["norm", "twin"]),
  ]),
  "whose bias another convolution reads": graphOf([
    conv,
    node("Conv", "twin", ["image", "other", "bias"]),
    norm("norm", "conv"),
    node("Add", "sum", ["norm", "twin"]),
  ]),
  "that follows no convolution": graphOf([node("Relu", "relu", ["image"]), norm("norm", "relu")]),
};

for (const [which, graph] of Object.entries(unfoldable)) {
  Deno.test(`foldBatchNorms() leaves a batch norm ${which}`, () => {
    const folded = foldBatchNorms(graph);
    assertEquals(folded.nodes, graph.nodes);
    for (const [name, values] of folded.initializers) {
      assertEquals(values, initializers.get(name), name);
    }
  });
}

Deno.test("foldBatchNorms() leaves no batch norm in a U-Net", () => {
  const size = { height: 16, width: 16 };
  const network = unet({ filters: 2, levels: 4 });
  const weights = fillWeights(plan(network, size).weights, 1);
  const graph = toGraph(network, weights, size);
  const count = ({ nodes }: Graph, op: string) => nodes.filter((node) => node.op === op).length;
  const folded = foldBatchNorms(graph);
  assertEquals(count(graph, "BatchNormalization"), 14);
  assertEquals(count(folded, "BatchNormalization"), 0);
  assertEquals(count(folded, "Conv"), count(graph, "Conv"));
  assertEquals(folded.outputs, graph.outputs);
  assertEquals([...folded.initializers.keys()].filter((name) => name.includes("/norm/")), []);
});
