import { assertEquals, assertStrictEquals } from "@std/assert";
import { type Graph, ints, type Node } from "../../../trainer/onnx/graph.ts";
import { spreadTransposedConvs } from "../../../trainer/onnx/spread_transposed_convs.ts";
import { assertSameMaps, randomPreset } from "../random_graph.ts";

const count = (graph: Graph, op: string) => graph.nodes.filter((node) => node.op === op).length;

for (const [name, preset, transposed] of [["dpt", "tiny", 2], ["unet", "tiny", 4]] as const) {
  Deno.test(`spreadTransposedConvs() leaves the map of ${name} ${preset}, and none of its ${transposed} ConvTransposes`, async () => {
    const size = { height: 64, width: 96 };
    const graph = await randomPreset(name, preset, size);
    const spread = spreadTransposedConvs(graph);
    assertEquals([count(graph, "ConvTranspose"), count(spread, "ConvTranspose")], [transposed, 0]);
    assertEquals(count(spread, "Conv") - count(graph, "Conv"), transposed);
    await assertSameMaps(spread, graph, size);
  });
}

Deno.test("spreadTransposedConvs() leaves windows that overlap, and sizes that nobody told", () => {
  const imageSizes = new Map([["map", { height: 8, width: 8 }]]);
  const overlapping = { ...oneTransposed(3, 2), imageSizes };
  assertStrictEquals(spreadTransposedConvs(overlapping).nodes[0], overlapping.nodes[0]);
  const untold = oneTransposed(2, 2);
  assertStrictEquals(spreadTransposedConvs(untold).nodes[0], untold.nodes[0]);
  assertEquals(count(spreadTransposedConvs({ ...untold, imageSizes }), "ConvTranspose"), 0);
});

function oneTransposed(size: number, stride: number): Graph {
  const node: Node = {
    ...{ name: "up", op: "ConvTranspose", inputs: ["image", "kernel", "bias"], outputs: ["map"] },
    attributes: { kernel_shape: ints([size, size]), strides: ints([stride, stride]) },
  };
  return {
    name: "up",
    inputs: [{ name: "image", shape: null }],
    outputs: [{ name: "map", shape: null }],
    nodes: [node],
    initializers: new Map([
      ["kernel", { shape: [1, 1, size, size], data: new Float32Array(size * size) }],
      ["bias", { shape: [1], data: new Float32Array(1) }],
    ]),
  };
}
