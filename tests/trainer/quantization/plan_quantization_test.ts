import { assertEquals } from "@std/assert";
import type { Graph, Node } from "../../../trainer/onnx/graph.ts";
import { planQuantization } from "../../../trainer/quantization/plan_quantization.ts";

const node = (op: string, name: string, ...inputs: string[]): Node => ({
  ...{ name, op, inputs, outputs: [name], attributes: {} },
});

function graphOf(...nodes: Node[]): Graph {
  const weight = { shape: [1, 1], data: Float32Array.of(1) };
  return {
    name: "test",
    inputs: [{ name: "image", shape: null }],
    outputs: [{ name: nodes.at(-1)!.name, shape: null }],
    nodes,
    initializers: new Map([["w", weight], ["b", weight]]),
  };
}

function planned(graph: Graph, ...floats: string[]) {
  const { computing, linking, values, rangeSource } = planQuantization(graph, new Set(floats));
  const names = (nodes: ReadonlySet<Node>) => [...nodes].map(({ name }) => name).join(" ");
  return [names(computing), names(linking), [...values].join(" "), [...rangeSource].join(" ")];
}

Deno.test("planQuantization() closes a convolution behind its ReLU, and keeps what lies between two in integers", () => {
  const graph = graphOf(
    node("Conv", "c1", "image", "w"),
    node("Relu", "r1", "c1"),
    node("MaxPool", "pool", "r1"),
    node("Conv", "c2", "pool", "w"),
    node("Concat", "joined", "c2", "pool"),
    node("Conv", "head", "joined", "w"),
    node("Sigmoid", "map", "head"),
  );
  assertEquals(planned(graph), [
    "c1 c2 head",
    "pool joined map",
    "image r1 pool c2 joined head map",
    "pool,r1",
  ]);
  // The last convolution in float32: what feeds it is still integers, what it gives is not.
  assertEquals(planned(graph, "head"), [
    "c1 c2",
    "pool joined",
    "image r1 pool c2 joined",
    "pool,r1",
  ]);
});

Deno.test("planQuantization() gives products integers, also those of two values but for a softmax's shares, and takes floats from them", () => {
  const graph = graphOf(
    node("LayerNormalization", "norm", "image", "b", "b"),
    node("MatMul", "product", "norm", "w"),
    node("Add", "sum", "product", "b"),
    node("MatMul", "scores", "sum", "norm"),
    node("Softmax", "shares", "scores"),
    node("MatMul", "map", "shares", "norm"),
  );
  assertEquals(planned(graph), ["product scores", "", "norm sum", ""]);
  assertEquals(planned(graph, "scores"), ["product", "", "norm", ""]);
});

Deno.test("planQuantization() spreads channels over a block in integers of the same scale", () => {
  const graph = graphOf(
    node("Conv", "products", "image", "w"),
    node("Transpose", "turned", "products"),
    node("Reshape", "spread", "turned", "b"),
    node("Conv", "map", "spread", "w"),
  );
  assertEquals(planned(graph), [
    "products map",
    "turned spread",
    "image products spread map turned",
    "turned,products spread,products",
  ]);
});

Deno.test("planQuantization() takes integers from a general product, and passes them on", () => {
  const graph = graphOf(
    node("Gemm", "queries", "image", "w", "b"),
    node("Reshape", "heads", "queries", "b"),
    node("MatMul", "map", "heads", "heads"),
  );
  assertEquals(planned(graph), ["queries map", "heads", "image queries heads", "heads,queries"]);
});

Deno.test("planQuantization() enlarges a map in integers of the same scale, and the result in floats", () => {
  const graph = graphOf(
    node("Conv", "c1", "image", "w"),
    node("Resize", "larger", "c1", "", "b"),
    node("Conv", "head", "larger", "w"),
    node("Resize", "map", "head", "", "b"),
  );
  assertEquals(planned(graph, "head"), ["c1", "larger", "image c1 larger", "larger,c1"]);
});
