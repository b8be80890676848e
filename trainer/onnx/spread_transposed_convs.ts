// Graph → Graph: a transposed convolution whose windows do not overlap is a product for each pixel, spread over a block. ONNX Runtime
// computes that product in integers, and a ConvTranspose only in floats.

import {
  floats,
  type Graph,
  type Initializer,
  int,
  ints,
  type Node,
  text,
  usedInitializers,
} from "./graph.ts";

/**
 * Every `ConvTranspose` with a bias and strides of its kernel's size becomes a 1×1 `Conv` to `size²·out` channels and a
 * `DepthToSpace`. The same numbers, to the last bit but for the order of sums.
 */
export function spreadTransposedConvs(graph: Graph): Graph {
  const initializers = new Map(graph.initializers);
  const nodes = graph.nodes.flatMap((node) => spread(node, initializers) ?? [node]);
  return { ...graph, nodes, initializers: usedInitializers(nodes, initializers) };
}

function spread(node: Node, initializers: Map<string, Initializer>): Node[] | undefined {
  if (node.op !== "ConvTranspose" || node.inputs.length !== 3) return undefined;
  const [input, kernelName, biasName] = node.inputs as [string, string, string];
  const { shape, data } = floats(initializers, kernelName); // [in,out,size,size]
  const [inputs = 0, outputs = 0, size = 0, width = 0] = shape;
  const { strides } = node.attributes;
  const isBlock = size === width && strides?.kind === "ints" &&
    strides.value.every((stride) => stride === size);
  if (!isBlock) return undefined;

  const places = size * size;
  const kernel = new Float32Array(data.length); // [size·size·out,in]
  for (let from = 0; from < inputs; from++) {
    for (let to = 0; to < outputs; to++) {
      for (let place = 0; place < places; place++) {
        kernel[(place * outputs + to) * inputs + from] =
          data[(from * outputs + to) * places + place]!;
      }
    }
  }
  const bias = floats(initializers, biasName).data;
  const filters = places * outputs;
  const names = { kernel: `${kernelName}/spread`, bias: `${biasName}/spread` };
  initializers.set(names.kernel, { shape: [filters, inputs, 1, 1], data: kernel });
  initializers.set(names.bias, {
    shape: [filters],
    data: Float32Array.from({ length: filters }, (_, at) => bias[at % outputs]!),
  });
  const products = `${node.outputs[0]}/products`;
  return [
    {
      ...{ name: `${node.name}/Conv`, op: "Conv", outputs: [products] },
      inputs: [input, names.kernel, names.bias],
      attributes: {
        ...{ kernel_shape: ints([1, 1]), strides: ints([1, 1]), pads: ints([0, 0, 0, 0]) },
      },
    },
    {
      ...{ name: `${node.name}/DepthToSpace`, op: "DepthToSpace" },
      ...{ inputs: [products], outputs: node.outputs },
      attributes: { blocksize: int(size), mode: text("DCR") },
    },
  ];
}
