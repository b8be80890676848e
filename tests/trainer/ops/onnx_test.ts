import { assertEquals, assertThrows } from "@std/assert";
import { unet } from "../../../trainer/networks/unet.ts";
import { inputName, outputName, toGraph } from "../../../trainer/ops/onnx.ts";
import { fillWeights, type WeightValues } from "../../../trainer/ops/onnx_emitter.ts";
import { getNetwork, presetNames } from "../../../trainer/networks/presets.ts";
import type { ImageSize, Network } from "../../../trainer/ops/ops.ts";
import { plan } from "../../../trainer/ops/plan.ts";

const size = { height: 16, width: 32 };

function zeroWeights(network: Network, of: ImageSize = size): Map<string, WeightValues> {
  return fillWeights(plan(network, of).weights, 0);
}

const zeroGraph = (network: Network, of: ImageSize) =>
  toGraph(network, zeroWeights(network, of), of);

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

Deno.test("toGraph() needs no Transpose in a convolutional network", () => {
  for (const name of ["unet", "resunet"]) {
    for (const preset of presetNames.get(name)!) {
      const { nodes } = zeroGraph(getNetwork(name, preset), { height: 32, width: 64 });
      const known = ["Add", "BatchNormalization", "Concat", "Conv", "ConvTranspose", "MaxPool"];
      const ops = new Set(nodes.map(({ op }) => op));
      assertEquals([...ops.difference(new Set([...known, "Relu", "Sigmoid"]))], []);
    }
  }
});

Deno.test("toGraph() writes a transformer in the operations that runtimes have kernels for", () => {
  const network = getNetwork("dpt", "tiny");
  const { nodes } = zeroGraph(network, { height: 32, width: 64 });
  const counts = Object.fromEntries(
    [...Map.groupBy(nodes, ({ op }) => op)].map(([op, { length }]) => [op, length]),
  );
  const [layers, taps] = [12, 4];
  assertEquals(counts, {
    Add: 8 * layers + 1 + 2 * taps + 10,
    BatchNormalization: 15,
    Conv: 30,
    ConvTranspose: 2,
    Gelu: layers + taps,
    LayerNormalization: 2 * layers + taps,
    MatMul: 6 * layers + 2 * layers + 2 * taps,
    Mul: layers, // the scale of attention
    Pad: 1, // makes room for the readout token
    Relu: 15,
    Reshape: 1 + 4 * layers + taps,
    Resize: 5,
    Sigmoid: 1,
    Slice: 2 * taps,
    Softmax: layers,
    Transpose: 1 + 4 * layers + taps,
  });
});

Deno.test("toGraph() gives the features too when asked", () => {
  const network = getNetwork("dpt", "tiny");
  const size = { height: 32, width: 64 };
  const plain = toGraph(network, zeroWeights(network, size), size);
  assertEquals(plain.outputs.length, 1);
  const { outputs, nodes } = toGraph(network, zeroWeights(network, size), size, { features: true });
  assertEquals(outputs, [
    { name: "anomaly_map", shape: ["N", 1, 32, 64] },
    ...[1, 2, 3, 4].map((i) => ({ name: `feature_${i}`, shape: ["N", 9, 192] })),
    { name: "feature_5", shape: ["N", 64, 2, 4] },
    { name: "feature_6", shape: ["N", 64, 4, 8] },
    { name: "feature_7", shape: ["N", 64, 8, 16] },
    { name: "feature_8", shape: ["N", 64, 16, 32] },
  ]);
  const made = new Set(nodes.flatMap((node) => node.outputs));
  for (const { name } of outputs) assertEquals(made.has(name), true, name);
});

Deno.test("toGraph() puts the readout token in front of the patches, with its place added", () => {
  const network: Network = (ops, image) => {
    const readout = ops.param("readout", "token", [3]);
    const position = ops.param("position", "position", [3, 3]);
    const tokens = ops.addPosition(ops.toTokens(image), position, readout);
    return { logits: ops.toImage(tokens, { height: 3, width: 1 }), features: [] };
  };
  const { initializers } = toGraph(
    network,
    new Map([
      ["readout", { shape: [3], data: Float32Array.of(100, 200, 300) }],
      ["position", { shape: [3, 3], data: Float32Array.from({ length: 9 }, (_, i) => i) }],
    ]),
    { height: 1, width: 2 },
  );
  assertEquals(initializers.get("position+readout"), {
    shape: [3, 3],
    data: Float32Array.of(100, 201, 302, 3, 4, 5, 6, 7, 8),
  });
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
