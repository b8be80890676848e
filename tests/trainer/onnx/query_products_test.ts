import { assertEquals, assertLess } from "@std/assert";
import { maxAbsDifference } from "../../../models/package.ts";
import { foldAttention } from "../../../trainer/onnx/fold_attention.ts";
import type { Graph } from "../../../trainer/onnx/graph.ts";
import { queryProducts } from "../../../trainer/onnx/query_products.ts";
import { serialize } from "../../../trainer/onnx/serialize.ts";
import { openGraph } from "../../../trainer/package/verify.ts";
import { MAP_PARITY } from "../../tolerances.ts";
import { normalValues } from "../helpers.ts";
import { randomPreset } from "../random_graph.ts";

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

  const images = normalValues(2 * 3 * size.height * size.width, "images");
  await using before = await openGraph(serialize(graph, {}), size);
  await using after = await openGraph(serialize(general, {}), size);
  assertLess(
    maxAbsDifference(await after.run(images, 2), await before.run(images, 2)),
    MAP_PARITY,
  );
});

Deno.test("queryProducts() leaves queries that something else reads", () => {
  const query = "encoder/layer.1/attention/query/Add";
  const outputs = [...graph.outputs, { name: query, shape: null }];
  const general = queryProducts({ ...graph, outputs });
  assertEquals(general.nodes.some(({ name }) => name === query), true);
  assertEquals(gemms(general).length, 11);
});
