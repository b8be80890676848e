// Token operations as ONNX nodes, in the form that ONNX Runtime fuses: LayerNormalization (opset 17) and Gelu (opset 20) as
// single nodes, attention as two products around a Softmax whose scale goes into the first.

import { float, int, ints } from "../onnx/graph.ts";
import type { Emitter, Value, WeightValues } from "./onnx_emitter.ts";
import type { TokenOps } from "./ops.ts";
import { shapeRules, tokens } from "./shapes.ts";

export function onnxTokenOps(emitter: Emitter): Omit<TokenOps<Value>, "selfAttention"> {
  const { node, weight } = emitter;

  /** `sizes` may begin with 0: "as the input's", which keeps the batch open. */
  const reshape = (x: string, sizes: readonly number[], shape: Value["shape"]) =>
    node("Reshape", [x, emitter.ints(sizes)], shape);
  const transpose = (x: Value, axes: readonly number[]) =>
    node("Transpose", [x.name], axes.map((axis) => x.shape[axis] ?? 0), { perm: ints(axes) });
  /** Tokens from `start` on, up to `end`. */
  const slice = (x: Value, start: number, end: number, shape: Value["shape"]) =>
    node("Slice", [x.name, ...[[start], [end], [1]].map(emitter.ints)], shape);

  return {
    toTokens(x) {
      const [n, t, c] = tokens("toTokens", shapeRules.toTokens(x.shape));
      return transpose(reshape(x.name, [0, c, t], [n, c, t]), [0, 2, 1]);
    },
    toImage(x, size) {
      const shape = shapeRules.toImage(x.shape, size);
      const [n, , c] = tokens("toImage", x.shape);
      const { height, width } = size;
      // First the rows and then the channels: ONNX Runtime leaves out this Transpose before a convolution that wants channels last.
      const pixels = reshape(x.name, [0, height, width, c], [n, height, width, c]);
      return { ...transpose(pixels, [0, 3, 1, 2]), shape };
    },
    linear(x, matrix, bias) {
      const shape = shapeRules.linear(x.shape, matrix.shape, bias && bias.shape);
      const product = node("MatMul", [x.name, weight(matrix)], shape);
      return bias === null ? product : node("Add", [product.name, weight(bias)], shape);
    },
    layerNorm: (x, { scale, offset }, epsilon) =>
      node("LayerNormalization", [x.name, weight(scale), weight(offset)], x.shape, {
        axis: int(-1),
        epsilon: float(epsilon),
      }),
    addPosition(x, position, readout) {
      const shape = shapeRules.addPosition(x.shape, position.shape, readout && readout.shape);
      if (readout === null) return node("Add", [x.name, weight(position)], shape);
      // A row of zeros in front, and the readout in the first row of what is added: without asking for the batch's size.
      const padded = node("Pad", [x.name, emitter.ints([0, 1, 0, 0, 0, 0])], shape);
      const places = withReadout(emitter.values(position), emitter.values(readout));
      return node(
        "Add",
        [padded.name, emitter.constant(`${position.name}+readout`, places)],
        shape,
      );
    },
    readout: (x) => slice(x, 0, 1, shapeRules.readout(x.shape)),
    patches: (x) => slice(x, 1, x.shape[1] ?? 0, shapeRules.patches(x.shape)),
    attention(queries, keys, values, options) {
      const shape = shapeRules.attention(queries.shape, keys.shape, values.shape, options);
      const [n, t, c] = tokens("attention", shape);
      const { heads } = options;
      const size = c / heads;
      const split = (x: string, axes: readonly number[]) =>
        transpose(reshape(x, [0, t, heads, size], [n, t, heads, size]), axes);
      const scale = emitter.constant(`scale/${size}`, {
        shape: [],
        data: Float32Array.of(1 / Math.sqrt(size)),
      });
      const scaled = node("Mul", [queries.name, scale], shape);
      const [q, k, v] = [
        split(scaled.name, [0, 2, 1, 3]), // [N,heads,T,size]
        split(keys.name, [0, 2, 3, 1]), // [N,heads,size,T]
        split(values.name, [0, 2, 1, 3]),
      ];
      const scores = node("MatMul", [q.name, k.name], [n, heads, t, t]);
      const shares = node("Softmax", [scores.name], scores.shape, { axis: int(-1) });
      const mixed = node("MatMul", [shares.name, v.name], [n, heads, t, size]);
      return reshape(transpose(mixed, [0, 2, 1, 3]).name, [0, t, c], shape);
    },
  };
}

/** Position embeddings `[T+1,C]` with the readout token `[C]` added to the first. */
function withReadout(position: WeightValues, readout: WeightValues): WeightValues {
  const data = position.data.slice();
  readout.data.forEach((value, channel) => data[channel]! += value);
  return { shape: position.shape, data };
}
