import { assertEquals, assertNotEquals } from "@std/assert";
import { foldLayerNorms } from "../../../trainer/onnx/fold_layer_norms.ts";
import { floats } from "../../../trainer/onnx/graph.ts";
import { assertSameMaps, randomPreset } from "../random_graph.ts";

Deno.test("foldLayerNorms() moves the scales of every block into its products, and the map stays", async () => {
  const size = { height: 64, width: 96 };
  const graph = await randomPreset("dpt", "tiny", size);
  const folded = foldLayerNorms(graph);
  const scaleOf = (name: string) => {
    const norm = folded.nodes.find((node) => node.name === name)!;
    return floats(folded.initializers, norm.inputs[1]!).data;
  };
  const block = "encoder/layer.1";
  for (const norm of [`${block}/attention/norm`, `${block}/mlp/norm`]) {
    assertEquals(new Set(scaleOf(`${norm}/LayerNormalization`)), new Set([1]));
  }
  // A tap's is read by slices: it stays.
  assertNotEquals(new Set(scaleOf("reassemble.1/norm/LayerNormalization")), new Set([1]));

  await assertSameMaps(folded, graph, size);
});
