import { assertEquals } from "@std/assert";
import { patchProducts } from "../../../trainer/onnx/patch_products.ts";
import type { Graph } from "../../../trainer/onnx/graph.ts";
import { assertSameMaps, randomPreset } from "../random_graph.ts";

const size = { height: 64, width: 96 };
const embedding = ({ nodes }: Graph) => nodes.find(({ name }) => name === "encoder/embed/Conv")?.op;

Deno.test("patchProducts() makes one product of an encoder's patches, and the maps of a batch stay", async () => {
  const graph = await randomPreset("dpt", "tiny", size);
  const rewritten = patchProducts(graph);
  assertEquals([embedding(graph), embedding(rewritten)], ["Conv", "MatMul"]);
  await assertSameMaps(rewritten, graph, size);
});

Deno.test("patchProducts() leaves windows that overlap, and those that something else reads", async () => {
  const light = await randomPreset("dpt", "light", size);
  assertEquals(patchProducts(light).nodes, light.nodes);
  const tiny = await randomPreset("dpt", "tiny", size);
  const [map = ""] = tiny.nodes.find(({ name }) => name === "encoder/embed/Conv")!.outputs;
  const watched = { ...tiny, outputs: [...tiny.outputs, { name: map, shape: null }] };
  assertEquals(embedding(patchProducts(watched)), "Conv");
});
