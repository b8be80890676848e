// Graphs that are whole and yet no good: one computes other numbers, one computes the same ones slowly.

import onnxProto from "onnx-proto";

const { onnx } = onnxProto;
const [FLOAT, INT64] = [1, 7];
const CHANGE = 1.5;
/** Rows and columns of the matrices that are multiplied for nothing. */
const SIDE = 1024;

/** The same network with its kernels and matrices multiplied: of what has one dimension, some are sizes. */
export function wrongGraph(graph: Uint8Array): Uint8Array<ArrayBuffer> {
  const model = onnx.ModelProto.decode(graph);
  for (const tensor of model.graph!.initializer!) {
    if (tensor.dataType !== FLOAT || tensor.dims!.length < 2) continue;
    tensor.floatData = tensor.floatData?.map((weight) => weight * CHANGE) ?? [];
    if (!tensor.rawData?.length) continue;
    const weights = new Float32Array(Uint8Array.from(tensor.rawData).buffer);
    tensor.rawData = new Uint8Array(weights.map((weight) => weight * CHANGE).buffer);
  }
  return new Uint8Array(onnx.ModelProto.encode(model).finish());
}

/**
 * The same network with a chain of products of 1024² matrices that count nothing: 0 × their mean is added to the
 * output.
 */
export function slowGraph(original: Uint8Array, products: number): Uint8Array<ArrayBuffer> {
  const model = onnx.ModelProto.decode(original);
  const graph = model.graph!;
  const [input, output] = [graph.input![0]!.name!, graph.output![0]!.name!];
  const last = graph.node!.find((node) => node.output!.includes(output))!;
  last.output = last.output!.map((name) => name === output ? "slow/scores" : name);
  const mean = [{ name: "keepdims", type: 2, i: 0 }];
  graph.node!.push(
    ...[
      { opType: "ReduceMean", input: [input], output: ["slow/first"], attribute: mean },
      { opType: "Expand", input: ["slow/first", "slow/shape"], output: ["slow/value0"] },
      { opType: "Expand", input: ["slow/share", "slow/shape"], output: ["slow/mean"] },
      ...Array.from({ length: products }, (_, at) => ({
        opType: "MatMul",
        input: [`slow/value${at}`, "slow/mean"],
        output: [`slow/value${at + 1}`],
      })),
      {
        ...{ opType: "ReduceMean", input: [`slow/value${products}`], output: ["slow/last"] },
        attribute: mean,
      },
      { opType: "Mul", input: ["slow/last", "slow/zero"], output: ["slow/nothing"] },
      { opType: "Add", input: ["slow/scores", "slow/nothing"], output: [output] },
    ].map((node, at) => onnx.NodeProto.create({ name: `slow/${at}`, ...node })),
  );
  graph.initializer!.push(
    ...[
      { name: "slow/shape", dataType: INT64, dims: [2], int64Data: [SIDE, SIDE] },
      { name: "slow/share", dataType: FLOAT, dims: [1], floatData: [1 / SIDE] },
      { name: "slow/zero", dataType: FLOAT, dims: [1], floatData: [0] },
    ].map((tensor) => onnx.TensorProto.create(tensor)),
  );
  return new Uint8Array(onnx.ModelProto.encode(model).finish());
}
