// The reverse of emitting: the weights that a network asks for, out of a package's float32 graph, so that what was exported
// can be run, or taught by, in the trainer again.

import onnxProto from "onnx-proto";
import type { WeightValues } from "../ops/onnx_emitter.ts";
import type { WeightSpec } from "../ops/plan.ts";
import { elementCount } from "../ops/shapes.ts";

const { onnx } = onnxProto;

/**
 * Weights by path. Folded batch norms come back as norms that only add: scale 1, mean 0, variance 1, and the folded bias for an
 * offset; a readout token that was added to its place stays there.
 *
 * @param graph Bytes of an `.onnx` file that this trainer wrote.
 * @param specs Of the network that it was written from.
 * @param epsilon That batch norms add to a variance: theirs is 1 together with it.
 * @throws RangeError naming the first weight that the graph has not, or has in another shape.
 */
export function readWeights(
  graph: Uint8Array,
  specs: readonly WeightSpec[],
  epsilon: number,
): Map<string, WeightValues> {
  const initializers = new Map(
    (onnx.ModelProto.decode(graph).graph?.initializer ?? []).map(({ name, dims, rawData }) => [
      name ?? "",
      { shape: (dims ?? []).map(Number), data: toFloats(rawData ?? new Uint8Array()) },
    ]),
  );
  const known = (name: string) => initializers.get(name);
  const filled = ({ shape }: WeightSpec, value: number): WeightValues => ({
    shape,
    data: new Float32Array(elementCount(shape)).fill(value),
  });

  function valuesOf(spec: WeightSpec): WeightValues | undefined {
    const { path, role } = spec;
    const own = known(path);
    switch (role) {
      case "kernel":
      case "transposedKernel":
        return own && permuted(own);
      case "position":
        return own ?? known(`${path}+readout`);
      case "token":
        return own ?? filled(spec, 0);
      case "scale":
        return own ?? filled(spec, 1);
      case "mean":
        return own ?? filled(spec, 0);
      case "variance":
        return own ?? filled(spec, 1 - epsilon);
      case "offset":
        return own ?? known(path.replace(/norm\/offset$/, "Conv/bias"));
      default:
        return own;
    }
  }

  return new Map(specs.map((spec) => {
    const values = valuesOf(spec);
    if (values === undefined || String(values.shape) !== String(spec.shape)) {
      const is = values === undefined ? "has none" : `has [${values.shape}]`;
      throw new RangeError(`Cannot read weight "${spec.path}" [${spec.shape}]: the graph ${is}`);
    }
    return [spec.path, values];
  }));
}

/** ONNX's `[a,b,kh,kw]` to `[kh,kw,b,a]`. */
function permuted({ shape, data }: WeightValues): WeightValues {
  const [a = 0, b = 0, height = 0, width = 0] = shape;
  const back = new Float32Array(data.length);
  let at = 0;
  for (let i = 0; i < a; i++) {
    for (let j = 0; j < b; j++) {
      for (let k = 0; k < height * width; k++) back[(k * b + j) * a + i] = data[at++]!;
    }
  }
  return { shape: [height, width, b, a], data: back };
}

/** A copy: the bytes of a message need not begin where a float may. */
function toFloats(bytes: Uint8Array): Float32Array {
  return new Float32Array(bytes.slice().buffer, 0, bytes.length >> 2);
}
