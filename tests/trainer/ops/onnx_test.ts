import { assertEquals, assertThrows } from "@std/assert";
import { unet } from "../../../trainer/networks/unet.ts";
import { inputName, outputName, toGraph } from "../../../trainer/ops/onnx.ts";
import type { WeightValues } from "../../../trainer/ops/onnx_emitter.ts";
import type { Network } from "../../../trainer/ops/ops.ts";
import { plan } from "../../../trainer/ops/plan.ts";
import { elementCount } from "../../../trainer/ops/shapes.ts";

const size = { height: 16, width: 32 };

function zeroWeights(network: Network): Map<string, WeightValues> {
  return new Map(
    plan(network, size).weights.map(({ path, shape }) =>
      [path, { shape, data: new Float32Array(elementCount(shape)) }] as const
    ),
  );
}

const network = unet({ filters: 8, levels: 4 });
const graph = toGraph(network, zeroWeights(network), size);

Deno.test("toGraph() takes image [N,3,H,W] and answers anomaly_map [N,1,H,W]", () => {
  assertEquals(graph.inputs, [{ name: "image", shape: ["N", 3, 16, 32] }]);
  assertEquals(graph.outputs, [{ name: "anomaly_map", shape: ["N", 1, 16, 32] }]);
  assertEquals([inputName, outputName], ["image", "anomaly_map"]);
  assertEquals(graph.nodes.at(-1)!.op, "Sigmoid");
  assertEquals(graph.nodes.at(-1)!.outputs, ["anomaly_map"]);
});

Deno.test("toGraph() names every node once, by the scope that made it", () => {
  const names = graph.nodes.map(({ name }) => name);
  assertEquals(new Set(names).size, names.length);
  assertEquals(names.slice(0, 3), [
    "encoder.0/conv1/Conv",
    "encoder.0/conv1/norm/BatchNormalization",
    "encoder.0/conv1/Relu",
  ]);
  assertEquals(names.includes("decoder.2/up/ConvTranspose"), true);
});

Deno.test("toGraph() makes every value before it is used", () => {
  const made = new Set([inputName, ...graph.initializers.keys()]);
  for (const { name, inputs, outputs } of graph.nodes) {
    for (const input of inputs) assertEquals(made.has(input), true, `${name} reads ${input}`);
    for (const output of outputs) made.add(output);
  }
  assertEquals(made.has(outputName), true);
});

Deno.test("toGraph() needs no Transpose", () => {
  const ops = new Set(graph.nodes.map(({ op }) => op));
  assertEquals([...ops].sort(), [
    "BatchNormalization",
    "Concat",
    "Conv",
    "ConvTranspose",
    "MaxPool",
    "Relu",
    "Sigmoid",
  ]);
});

Deno.test("toGraph() lays kernels out as ONNX does, [out,in,kh,kw]", () => {
  const oneConv: Network = (ops, image) => {
    const kernel = ops.param("kernel", "kernel", [1, 2, 3, 2]);
    const padding = { top: 1, bottom: 2, left: 3, right: 4 };
    return { logits: ops.conv(image, kernel, null, { stride: 1, padding }), features: [] };
  };
  // w[0, x, in, out] = 100·x + 10·in + out
  const data = Float32Array.from(
    { length: 12 },
    (_, i) => 100 * Math.floor(i / 6) + 10 * (Math.floor(i / 2) % 3) + i % 2,
  );
  const { initializers, nodes } = toGraph(
    oneConv,
    new Map([["kernel", { shape: [1, 2, 3, 2], data }]]),
    { height: 1, width: 2 },
  );
  assertEquals(initializers.get("kernel"), {
    shape: [2, 3, 1, 2],
    data: Float32Array.of(0, 100, 10, 110, 20, 120, 1, 101, 11, 111, 21, 121),
  });
  assertEquals(nodes[0]!.attributes["pads"], { kind: "ints", value: [1, 3, 2, 4] });
  assertEquals(nodes[0]!.attributes["kernel_shape"], { kind: "ints", value: [1, 2] });
});

Deno.test("toGraph() refuses a missing weight and one of another shape, by path", () => {
  const path = "encoder.1/conv1/kernel";
  const weights = zeroWeights(network);
  weights.delete(path);
  assertThrows(() => toGraph(network, weights, size), RangeError, `Weight "${path}" is missing`);
  weights.set(path, { shape: [3, 3, 8, 8], data: new Float32Array(576) });
  assertThrows(
    () => toGraph(network, weights, size),
    RangeError,
    `Weight "${path}" has shape [3,3,8,8], needs [3,3,8,16]`,
  );
});

Deno.test("toGraph() refuses an image that the network does not fit", () => {
  assertThrows(
    () => toGraph(network, zeroWeights(network), { height: 12, width: 32 }),
    RangeError,
    "U-Net takes images whose height and width are multiples of 8, is given 12×32",
  );
});
