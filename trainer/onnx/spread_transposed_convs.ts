// Graph → Graph: a transposed convolution whose windows do not overlap is a product for each pixel, spread over a block. ONNX Runtime
// computes that product in integers, and a ConvTranspose only in floats.

import {
  floats,
  type Graph,
  type Initializer,
  ints,
  type Node,
  nodeOf,
  sizesTensor,
  usedInitializers,
} from "./graph.ts";

/**
 * Every `ConvTranspose` of a known image size with a bias and strides of its kernel's size becomes a 1×1 `Conv` to `size²·out` channels, which
 * become pixels. The same numbers, to the last bit but for the order of sums.
 *
 * They become pixels with channels last, as ONNX Runtime's convolutions in integers have them: it then leaves out the outer two
 * Transposes, and the inner one moves whole rows of a block. As one DepthToSpace an int8 light DPT takes 3 % longer.
 */
export function spreadTransposedConvs(graph: Graph): Graph {
  const initializers = new Map(graph.initializers);
  const nodes = graph.nodes.flatMap((node) => spread(node, graph, initializers) ?? [node]);
  return { ...graph, nodes, initializers: usedInitializers(nodes, initializers) };
}

function spread(
  node: Node,
  { imageSizes }: Graph,
  initializers: Map<string, Initializer>,
): Node[] | undefined {
  if (node.op !== "ConvTranspose" || node.inputs.length !== 3) return undefined;
  const [input = "", kernel = "", bias = ""] = node.inputs;
  const [output = ""] = node.outputs;
  const [, outputs = 0, size = 0, breadth = 0] = initializers.get(kernel)!.shape; // [in,out,size,size]
  const { strides } = node.attributes;
  const isBlock = size === breadth && strides?.kind === "ints" &&
    strides.value.every((stride) => stride === size);
  const image = imageSizes?.get(output);
  if (!isBlock || image === undefined) return undefined;

  const constant = (name: string, initializer: Initializer) => {
    initializers.set(name, initializer);
    return name;
  };
  const value = (name: string) => `${output}/${name}`;
  const turn = (from: string, to: string, axes: readonly number[]) =>
    nodeOf("Transpose", [from], to, { perm: ints(axes) });
  const cut = (from: string, to: string, sizes: readonly number[]) =>
    nodeOf("Reshape", [from, constant(`${to}/sizes`, sizesTensor(sizes))], to);

  const weights = [
    constant(`${kernel}/spread`, spreadKernel(floats(initializers, kernel))),
    constant(`${bias}/spread`, repeat(floats(initializers, bias).data, size * size)),
  ];
  const { height, width } = image;
  return [
    {
      ...{ name: `${node.name}/Conv`, op: "Conv", outputs: [value("products")] },
      inputs: [input, ...weights],
      attributes: {
        ...{ kernel_shape: ints([1, 1]), strides: ints([1, 1]), pads: ints([0, 0, 0, 0]) },
      },
    },
    turn(value("products"), value("pixels"), [0, 2, 3, 1]),
    cut(value("pixels"), value("blocks"), [0, height / size, width / size, size, size, outputs]),
    turn(value("blocks"), value("rows"), [0, 1, 3, 2, 4, 5]),
    cut(value("rows"), value("image"), [0, height, width, outputs]),
    turn(value("image"), output, [0, 3, 1, 2]),
  ];
}

/** `[in,out,size,size]` to `[size·size·out,in,1,1]`. */
function spreadKernel({ shape, data }: ReturnType<typeof floats>): Initializer {
  const [inputs = 0, outputs = 0, size = 0] = shape;
  const places = size * size;
  const kernel = new Float32Array(data.length);
  for (let from = 0; from < inputs; from++) {
    for (let to = 0; to < outputs; to++) {
      for (let place = 0; place < places; place++) {
        kernel[(place * outputs + to) * inputs + from] =
          data[(from * outputs + to) * places + place]!;
      }
    }
  }
  return { shape: [places * outputs, inputs, 1, 1], data: kernel };
}

function repeat(values: Float32Array, times: number): Initializer {
  const length = times * values.length;
  return {
    shape: [length],
    data: Float32Array.from({ length }, (_, at) => values[at % values.length]!),
  };
}
