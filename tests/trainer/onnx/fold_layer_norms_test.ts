import { assertEquals, assertLess, assertNotEquals } from "@std/assert";
import { maxAbsDifference } from "../../../models/package.ts";
import { foldLayerNorms } from "../../../trainer/onnx/fold_layer_norms.ts";
import { floats } from "../../../trainer/onnx/graph.ts";
import { serialize } from "../../../trainer/onnx/serialize.ts";
import { openGraph } from "../../../trainer/package/verify.ts";
import { MAP_PARITY } from "../../tolerances.ts";
import { normalValues } from "../helpers.ts";
import { randomPreset } from "../random_graph.ts";

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

  const image = normalValues(3 * size.height * size.width, "image");
  await using before = await openGraph(serialize(graph, {}), size);
  await using after = await openGraph(serialize(folded, {}), size);
  assertLess(
    maxAbsDifference(await after.run(image, 1), await before.run(image, 1)),
    MAP_PARITY,
  );
});
