import onnxProto from "onnx-proto";
import { assertEquals } from "@std/assert";
import {
  float,
  type Graph,
  type Initializer,
  int,
  ints,
  text,
} from "../../../trainer/onnx/graph.ts";
import { opset, serialize } from "../../../trainer/onnx/serialize.ts";

const numbers = Float32Array.of(99, 1.5, -2, 0.25, 3, 99);

const graph: Graph = {
  name: "lineside",
  inputs: [{ name: "image", shape: ["N", 3, 2, 4] }],
  outputs: [{ name: "anomaly_map", shape: ["N", 1, 2, 4] }],
  nodes: [{
    name: "head/Conv",
    op: "Conv",
    inputs: ["image", "head/kernel"],
    outputs: ["anomaly_map"],
    attributes: {
      axis: int(1),
      epsilon: float(0.5),
      pads: ints([1, 0, 2, 0]),
      mode: text("linear"),
    },
  }],
  // A view into a larger buffer: only its own numbers may be written.
  initializers: new Map<string, Initializer>([
    ["head/kernel", { shape: [2, 2, 1, 1], data: numbers.subarray(1, 5) }],
    ["ints/0_-1", { shape: [2], data: BigInt64Array.of(0n, -1n) }],
  ]),
};

const plain = (message: { toJSON(): unknown }) => JSON.parse(JSON.stringify(message));
const model = onnxProto.onnx.ModelProto.decode(
  serialize(graph, { network: "unet tiny", command: "deno task train" }),
);

Deno.test("serialize() says opset 20, its IR version, the producer and the metadata", () => {
  assertEquals(opset, 20);
  assertEquals(plain(model).irVersion, "9");
  assertEquals(model.producerName, "lineside");
  assertEquals(plain(model).opsetImport, [{ domain: "", version: "20" }]);
  assertEquals(plain(model).metadataProps, [
    { key: "network", value: "unet tiny" },
    { key: "command", value: "deno task train" },
  ]);
});

Deno.test("serialize() writes inputs and outputs as float32 with an open batch", () => {
  const { input, output } = plain(model).graph;
  for (const [value, name, channels] of [[input, "image", "3"], [output, "anomaly_map", "1"]]) {
    assertEquals(value.length, 1);
    assertEquals(value[0].name, name);
    assertEquals(value[0].type.tensorType.elemType, 1);
    assertEquals(value[0].type.tensorType.shape.dim, [
      { dimParam: "N" },
      { dimValue: channels },
      { dimValue: "2" },
      { dimValue: "4" },
    ]);
  }
});

Deno.test("serialize() writes nodes with their attributes by kind", () => {
  assertEquals(plain(model).graph.node, [{
    name: "head/Conv",
    opType: "Conv",
    input: ["image", "head/kernel"],
    output: ["anomaly_map"],
    attribute: [
      { name: "axis", type: "INT", i: "1" },
      { name: "epsilon", type: "FLOAT", f: 0.5 },
      { name: "pads", type: "INTS", ints: ["1", "0", "2", "0"] },
      { name: "mode", type: "STRING", s: btoa("linear") },
    ],
  }]);
});

Deno.test("serialize() writes initializers as little-endian raw data of their own numbers only", () => {
  const [tensor] = model.graph!.initializer!;
  assertEquals(tensor!.name, "head/kernel");
  assertEquals(tensor!.dims!.map(Number), [2, 2, 1, 1]);
  assertEquals(tensor!.dataType, 1);
  const raw = tensor!.rawData!;
  assertEquals(raw.length, 16);
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  assertEquals([0, 4, 8, 12].map((at) => view.getFloat32(at, true)), [1.5, -2, 0.25, 3]);
});

Deno.test("serialize() writes whole numbers as int64", () => {
  const [, tensor] = model.graph!.initializer!;
  assertEquals(tensor!.dataType, 7);
  const raw = tensor!.rawData!;
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  assertEquals([view.getBigInt64(0, true), view.getBigInt64(8, true)], [0n, -1n]);
});
