import { assert, assertEquals, assertLess } from "@std/assert";
import { maxAbsDifference } from "../../../models/package.ts";
import { serialize } from "../../../trainer/onnx/serialize.ts";
import { toFloat16 } from "../../../trainer/onnx/to_float16.ts";
import { openGraph } from "../../../trainer/package/verify.ts";
import { FLOAT16_MAP } from "../../tolerances.ts";
import { normalValues } from "../helpers.ts";
import { randomPreset } from "../random_graph.ts";

const size = { height: 64, width: 96 };
const image = normalValues(3 * size.height * size.width, "image");

for (const [name, preset] of [["unet", "tiny"], ["resunet", "small"], ["dpt", "tiny"]] as const) {
  Deno.test(`toFloat16() keeps the map of ${name} ${preset}, in half of the bytes`, async () => {
    const graph = await randomPreset(name, preset, size);
    const bytes = serialize(toFloat16(graph), {});
    assertLess(bytes.length, serialize(graph, {}).length * 0.6);
    await using float = await openGraph(serialize(graph, {}), size);
    await using half = await openGraph(bytes, size);
    const [expected, actual] = [await float.run(image, 1), await half.run(image, 1)];
    assertLess(maxAbsDifference(actual, expected), FLOAT16_MAP);
  });
}

Deno.test("toFloat16() casts into an island and out of it, once a value", async () => {
  const graph = await randomPreset("unet", "tiny", size);
  const island = graph.nodes.find(({ op }) => op === "MaxPool")!;
  const { nodes } = toFloat16(graph, { islands: new Set([island.name]) });
  const casts = nodes.filter(({ op }) => op === "Cast").map(({ inputs }) => inputs[0]);
  const small = casts.filter((name) =>
    ["image", island.inputs[0], island.outputs[0]].includes(name)
  );
  assertEquals(small, ["image", island.inputs[0], island.outputs[0]]);
  assertEquals(casts.length, new Set(casts).size);
});

Deno.test("toFloat16() leaves a node in float32 whose weight no half float holds", async () => {
  const graph = await randomPreset("unet", "tiny", size);
  const conv = graph.nodes.find(({ op }) => op === "Conv")!;
  const { shape, data } = graph.initializers.get(conv.inputs[1]!)!;
  const large = { shape, data: (data as Float32Array).map(() => 70_000) };
  const changed = {
    ...graph,
    initializers: new Map(graph.initializers).set(conv.inputs[1]!, large),
  };
  const { initializers } = toFloat16(changed);
  assert(initializers.get(conv.inputs[1]!)!.data instanceof Float32Array);
  assertEquals(initializers.has(`${conv.inputs[1]}/float16`), false);
});

Deno.test("toFloat16() leaves norms in float32, whose sums it would round", async () => {
  const graph = await randomPreset("dpt", "c32-l4-f8", size);
  const { nodes } = toFloat16(graph);
  const norm = nodes.find(({ op }) => op === "LayerNormalization")!;
  const [scale = ""] = norm.inputs.slice(1);
  assert(graph.initializers.has(scale), "its weights are not halved");
});

Deno.test("toFloat16() sums many terms in float32, of weights that are stored in half floats", async () => {
  const graph = await randomPreset("unet", "tiny", size);
  const { nodes, initializers } = toFloat16(graph);
  const kernelOf = (name: string) => nodes.find((node) => node.name === name)!.inputs[1]!;
  assertEquals(kernelOf("encoder.0/conv2/Conv"), "encoder.0/conv2/kernel/float16"); // 3·3·8 terms
  const long = "bottom/conv2/kernel/float16"; // 3·3·128 terms
  assertEquals(kernelOf("bottom/conv2/Conv"), `${long}/float32`);
  assert(initializers.get(long)!.data instanceof Float16Array);
});
