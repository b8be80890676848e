import { assertEquals, assertRejects } from "@std/assert";
import type { Graph } from "../../../trainer/onnx/graph.ts";
import { createHistogram } from "../../../trainer/quantization/histogram.ts";
import { rankNodes } from "../../../trainer/quantization/rank_nodes.ts";
import { quantizeWithinBudget } from "../../../trainer/quantization/within_budget.ts";

/** Four products in a row. */
function chain(): Graph {
  const names = ["a", "b", "c", "d"];
  return {
    name: "test",
    inputs: [{ name: "image", shape: null }],
    outputs: [{ name: "d", shape: null }],
    nodes: names.map((name, at) => ({
      ...{ name, op: "MatMul", inputs: [names[at - 1] ?? "image", `w${name}`], outputs: [name] },
      attributes: {},
    })),
    initializers: new Map(
      names.map((name) => [`w${name}`, { shape: [1, 1], data: Float32Array.of(1) }]),
    ),
  };
}
const histograms = new Map(
  ["image", "a", "b", "c"].map((name) => [name, createHistogram({ min: 0, max: 1 })]),
);
/** Names of the products that compute in integers. */
const integersOf = (graph: Graph) =>
  graph.nodes.filter(({ op, inputs }) => op === "MatMul" && inputs[0]!.endsWith("/dequantized"))
    .map(({ name }) => name);

/** What each product costs when it computes in integers. */
const costs: Readonly<Record<string, number>> = { a: 0.02, b: 0.5, c: 0.01, d: 0.2 };
const costOf = (graph: Graph) => integersOf(graph).reduce((sum, name) => sum + costs[name]!, 0);
const mapsOf = (graph: Graph) => Promise.resolve([Float32Array.of(costOf(graph))]);
const score = (graph: Graph) => Promise.resolve(1 - costOf(graph));

Deno.test("rankNodes() measures each node alone and gives the worst first", async () => {
  const ranges = new Map([...histograms].map(([name]) => [name, { min: 0, max: 1 }]));
  const ranking = await rankNodes(chain(), ranges, mapsOf);
  assertEquals(ranking.map(({ node }) => node), ["b", "d", "a", "c"]);
  assertEquals(ranking.map(({ error }) => Math.round(error * 100)), [50, 20, 2, 1]);
});

const budget = { score, mapsOf };

Deno.test("quantizeWithinBudget() gives the worst nodes back until the loss is within the budget, and says which", async () => {
  const said: string[] = [];
  const quantized = await quantizeWithinBudget(chain(), histograms, {
    ...{ ...budget, loss: 0.1, methods: ["min-max"] },
    say: (line) => said.push(line),
  });
  assertEquals([quantized.returned, quantized.isWithin], [["b", "d"], true]);
  assertEquals(integersOf(quantized.graph), ["a", "c"]);
  assertEquals(said.map((line) => line.slice(0, 34)), [
    "int8, min-max, 0 nodes in float32:",
    "int8, min-max, 1 nodes in float32:",
    "int8, min-max, 2 nodes in float32:",
  ]);
});

Deno.test("quantizeWithinBudget() leaves all in integers where nothing is lost, and says so when too much is", async () => {
  const easy = await quantizeWithinBudget(chain(), histograms, { ...budget, loss: 1 });
  assertEquals([easy.returned, easy.isWithin, easy.method], [[], true, "min-max"]);
  const hard = await quantizeWithinBudget(chain(), histograms, { ...budget, loss: 0.001 });
  assertEquals([hard.returned, hard.isWithin], [["b", "d"], false]);
});

Deno.test("quantizeWithinBudget() takes the calibration that scores best", async () => {
  const image = createHistogram({ min: 0, max: 1 });
  image.counts[0] = 1e6;
  image.counts[2047] = 1;
  const scaleOf = (graph: Graph) =>
    Number((graph.initializers.get("image/scale")?.data as Float32Array | undefined)?.[0] ?? 0);
  const quantized = await quantizeWithinBudget(chain(), new Map(histograms).set("image", image), {
    ...{ ...budget, loss: 1, methods: ["min-max", "percentile"] },
    score: (graph) => Promise.resolve(-scaleOf(graph)),
  });
  assertEquals(quantized.method, "percentile");
});

Deno.test("quantizeWithinBudget() refuses no method", () =>
  assertRejects(
    () => quantizeWithinBudget(chain(), histograms, { ...budget, loss: 1, methods: [] }),
    RangeError,
    "no calibration method",
  ));
