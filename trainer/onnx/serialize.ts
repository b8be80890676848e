// Graph → bytes of an ONNX model (onnx.proto, IR version 9).

import onnxProto from "onnx-proto";
import type { Attribute, Graph, Initializer, Node, ValueInfo } from "./graph.ts";

const { onnx } = onnxProto;

/** Operator set of every emitted graph. 20 is the first that has Gelu. */
export const opset = 20;
/** IR version that came with ONNX 1.15, the release of opset 20. */
const irVersion = 9;

/**
 * @param metadata Where the model comes from, key by key; kept in the model's `metadata_props`.
 * @returns The bytes of a `.onnx` file.
 */
export function serialize(
  graph: Graph,
  metadata: Readonly<Record<string, string>>,
): Uint8Array<ArrayBuffer> {
  const model = onnx.ModelProto.create({
    irVersion,
    producerName: "lineside",
    opsetImport: [{ domain: "", version: opset }],
    metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
    graph: {
      name: graph.name,
      input: graph.inputs.map(valueInfo),
      output: graph.outputs.map(valueInfo),
      node: graph.nodes.map(nodeProto),
      initializer: [...graph.initializers].map(([name, tensor]) => tensorProto(name, tensor)),
    },
  });
  return new Uint8Array(onnx.ModelProto.encode(model).finish());
}

function valueInfo({ name, shape }: ValueInfo) {
  const dim = shape?.map((size) =>
    typeof size === "string" ? { dimParam: size } : { dimValue: size }
  );
  const elemType = onnx.TensorProto.DataType.FLOAT;
  return { name, type: { tensorType: { elemType, ...(dim && { shape: { dim } }) } } };
}

function nodeProto({ name, op, inputs, outputs, attributes }: Node) {
  return {
    name,
    opType: op,
    input: [...inputs],
    output: [...outputs],
    attribute: Object.entries(attributes).map(([name, value]) => attributeProto(name, value)),
  };
}

function attributeProto(name: string, attribute: Attribute) {
  const { INT, INTS, FLOAT, STRING } = onnx.AttributeProto.AttributeType;
  switch (attribute.kind) {
    case "int":
      return { name, type: INT, i: attribute.value };
    case "float":
      return { name, type: FLOAT, f: attribute.value };
    case "ints":
      return { name, type: INTS, ints: [...attribute.value] };
    case "text":
      return { name, type: STRING, s: new TextEncoder().encode(attribute.value) };
  }
}

/** Little endian, as every machine that Deno runs on is, and as ONNX asks. */
function tensorProto(name: string, { shape, data }: Initializer) {
  return {
    name,
    dims: [...shape],
    dataType: dataTypeOf(data),
    rawData: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
  };
}

function dataTypeOf(data: Initializer["data"]): number {
  const { FLOAT, FLOAT16, INT8, UINT8, INT32, INT64 } = onnx.TensorProto.DataType;
  if (data instanceof Float32Array) return FLOAT;
  if (data instanceof Float16Array) return FLOAT16;
  if (data instanceof Int8Array) return INT8;
  if (data instanceof Uint8Array) return UINT8;
  return data instanceof Int32Array ? INT32 : INT64;
}
