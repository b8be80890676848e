import { assertEquals } from "@std/assert";
import { foldAttention } from "../../../trainer/onnx/fold_attention.ts";
import type { Graph } from "../../../trainer/onnx/graph.ts";
import { queryProducts } from "../../../trainer/onnx/query_products.ts";
import { assertSameMaps, randomPreset } from "../random_graph.ts";

const size = { height: 64, width: 96 };
const graph = foldAttention(await randomPreset("dpt", "tiny", size));
const gemms = ({ nodes }: Graph) => nodes.filter(({ op }) => op === "Gemm");

Deno.test("queryProducts() leaves the maps of a batch, and makes one Gemm of the queries of each layer", async () => {
  const general = queryProducts(graph);
  assertEquals(gemms(graph), []);
  assertEquals(
    gemms(general).map(({ name }) => name),
    Array.from({ length: 12 }, (_, i) => `encoder/layer.${i + 1}/attention/query/MatMul`),
  );
  assertEquals(general.nodes.some(({ name }) => name.endsWith("query/Add")), false);

  await assertSameMaps(general, graph, size);
});

Deno.test("queryProducts() leaves queries that something else reads", () => {
  const query = "encoder/layer.1/attention/query/Add";
  const outputs = [...graph.outputs, { name: query, shape: null }];
  const general = queryProducts({ ...graph, outputs });
  assertEquals(general.nodes.some(({ name }) => name === query), true);
  assertEquals(gemms(general).length, 11);
});
