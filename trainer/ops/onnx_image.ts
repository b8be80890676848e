// Image operations as ONNX nodes. Networks speak [N,H,W,C], ONNX [N,C,H,W]: every operation has a form of its own for
// that, so a convolutional network needs no Transpose.

import { float, ints, text } from "../onnx/graph.ts";
import type { Emitter, Value } from "./onnx_emitter.ts";
import type { ImageOps, Padding } from "./ops.ts";
import { shapeRules } from "./shapes.ts";

export function onnxImageOps(emitter: Emitter): ImageOps<Value> {
  const { node, weight } = emitter;
  return {
    conv(x, kernel, bias, options) {
      const { stride, padding } = options;
      const [height = 0, width = 0] = kernel.shape;
      const inputs = [x.name, weight(kernel, kernelAxes)];
      if (bias !== null) inputs.push(weight(bias));
      const shape = shapeRules.conv(x.shape, kernel.shape, bias && bias.shape, options);
      return node("Conv", inputs, shape, window([height, width], stride, padding));
    },
    upConv(x, kernel, bias) {
      const [size = 0] = kernel.shape;
      return node(
        "ConvTranspose",
        [x.name, weight(kernel, kernelAxes), weight(bias)],
        shapeRules.upConv(x.shape, kernel.shape, bias.shape),
        { kernel_shape: ints([size, size]), strides: ints([size, size]) },
      );
    },
    maxPool(x, options) {
      const { size, stride, padding } = options;
      const shape = shapeRules.maxPool(x.shape, options);
      return node("MaxPool", [x.name], shape, window([size, size], stride, padding));
    },
    batchNorm: (x, { scale, offset, mean, variance }, epsilon) =>
      node(
        "BatchNormalization",
        [x.name, ...[scale, offset, mean, variance].map((part) => weight(part))],
        x.shape,
        { epsilon: float(epsilon) },
      ),
    upsample2x(x) {
      const doubled = { shape: [4], data: Float32Array.of(1, 1, 2, 2) };
      return node(
        "Resize",
        [x.name, "", emitter.constant("scales/2x", doubled)],
        shapeRules.upsample2x(x.shape),
        { mode: text("linear"), coordinate_transformation_mode: text("half_pixel") },
      );
    },
  };
}

/** `[kh,kw,in,out]` to ONNX's `[out,in,kh,kw]`, and `[kh,kw,out,in]` to `[in,out,kh,kw]`. */
const kernelAxes = [3, 2, 0, 1];

function window(
  shape: readonly number[],
  stride: number,
  { top, left, bottom, right }: Padding,
) {
  return {
    kernel_shape: ints(shape),
    strides: ints([stride, stride]),
    pads: ints([top, left, bottom, right]),
  };
}
