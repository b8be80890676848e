import { assertEquals } from "@std/assert";
import onnxProto from "onnx-proto";
import { slowGraph, wrongGraph } from "../../../../runtime/bench/load/broken_graph.ts";
import { tinyGraph } from "../../../helpers/tiny_model.ts";

const read = (graph: Uint8Array) => onnxProto.onnx.ModelProto.decode(graph).graph!;

Deno.test("wrongGraph() changes weights, however they are stored, and nothing of one dimension", () => {
  const raw = onnxProto.onnx.ModelProto.decode(tinyGraph());
  const [weight, bias] = raw.graph!.initializer!;
  const matrix = { ...weight!, name: "matrix", rawData: new Uint8Array(), floatData: [4, 8] };
  raw.graph!.initializer!.push(onnxProto.onnx.TensorProto.create({ ...matrix, dims: [1, 2] }));
  weight!.rawData = new Uint8Array(Float32Array.of(4, 4, 4).buffer);
  weight!.floatData = [];
  const changed = read(wrongGraph(onnxProto.onnx.ModelProto.encode(raw).finish())).initializer!;
  const bytes = Uint8Array.from(changed[0]!.rawData!);
  assertEquals([...new Float32Array(bytes.buffer)], [6, 6, 6]);
  assertEquals(changed[1]!.floatData, bias!.floatData);
  assertEquals(changed.at(-1)!.floatData, [6, 12]);
});

Deno.test("slowGraph() keeps input and output and adds as many products as asked for", () => {
  const [before, after] = [read(tinyGraph()), read(slowGraph(tinyGraph(), 3))];
  assertEquals(after.node!.filter(({ opType }) => opType === "MatMul").length, 3);
  assertEquals([after.input, after.output], [before.input, before.output]);
  assertEquals(after.node!.at(-1)!.output, ["anomaly_map"]);
});
