// The interpreter that computes: a network's text becomes TensorFlow.js tensors, on whatever backend is set.

import * as tf from "@tensorflow/tfjs";
import { isNative } from "../backend/native.ts";
import type { BatchNormWeights, ImageSize, Network, Ops, Outputs, Padding, Shape } from "./ops.ts";
import type { WeightSpec } from "./plan.ts";
import { createNamer } from "./scope.ts";
import { image, sameShape } from "./shapes.ts";
import { fusedRelu } from "./tensorflow_kernels.ts";
import { add, addBias } from "./tfjs_add.ts";
import { fixedBatchNorm, trainBatchNorm } from "./tfjs_batch_norm.ts";
import { gelu } from "./tfjs_gelu.ts";
import { roundedOps, type Rounding } from "./tfjs_rounded.ts";
import { tokenOps } from "./tfjs_tokens.ts";
import { positionsOf, type WindowTensors } from "./tfjs_windows.ts";
import { upsample2x } from "./tfjs_upsample.ts";

/** Weights by path. */
export type Variables = ReadonlyMap<string, tf.Variable>;

/** Where random numbers come from; `normal()` is standard normal. */
export interface NormalSource {
  normal(): number;
}

/** Share of the running statistics that a training step keeps (PyTorch's momentum of 0.1). */
const batchNormMomentum = 0.9;

/** Makes the variables of a plan as their declarations ask, from one seeded source. The caller disposes them. */
export function createVariables(
  weights: readonly WeightSpec[],
  random: NormalSource,
): Map<string, tf.Variable> {
  return new Map(weights.map(({ path, shape, init, trainable }) => {
    const size = tf.util.sizeFromShape([...shape]);
    const values = init.kind === "constant"
      ? new Float32Array(size).fill(init.value)
      : Float32Array.from({ length: size }, () => random.normal() * init.standardDeviation);
    return [path, tf.tidy(() => tf.variable(tf.tensor(values, [...shape]), trainable))];
  }));
}

/** Makes variables that are not trained, of weights as plain numbers. The caller disposes them. */
export function toVariables(
  weights: ReadonlyMap<string, { readonly shape: Shape; readonly data: Float32Array }>,
): Map<string, tf.Variable> {
  return new Map(
    [...weights].map(([path, { shape, data }]) =>
      [path, tf.tidy(() => tf.variable(tf.tensor(data, [...shape]), false))] as const
    ),
  );
}

/**
 * Runs a network.
 *
 * In `"train"` mode batch norms use the batch's statistics and move the running ones; in `"eval"` mode they use the
 * running ones. Call it inside `tf.tidy`: it makes tensors that it does not dispose.
 *
 * @param image `[N,H,W,3]`, normalised.
 * @param options Where the images were cut out of larger ones, if they were, and what is rounded, if anything is.
 * @throws RangeError when a weight is missing or of another shape.
 */
export function runTfjs(
  network: Network,
  variables: Variables,
  image: tf.Tensor4D,
  mode: "train" | "eval",
  { windows, rounding }: RunOptions = {},
): { logits: tf.Tensor4D; features: readonly tf.Tensor[] } {
  const [, height, width] = image.shape;
  const ops = tfjsOps(variables, mode, windows && { ...windows, size: { width, height } });
  const { logits, features }: Outputs<tf.Tensor> = network(
    rounding === undefined ? ops : roundedOps(ops, rounding),
    image,
  );
  return { logits: logits as tf.Tensor4D, features };
}

export interface RunOptions {
  /** Where the images were cut out of larger ones that the weights are for. */
  readonly windows?: WindowTensors | undefined;
  /** What is rounded, as int8 will have it. */
  readonly rounding?: Rounding | undefined;
}

/**
 * The vocabulary over tensors.
 *
 * @param windows With the size of a window: each is given the positions of its own place.
 */
function tfjsOps(
  variables: Variables,
  mode: "train" | "eval",
  windows?: WindowTensors & { readonly size: ImageSize },
): Ops<tf.Tensor> {
  const namer = createNamer();
  return {
    scope: namer.scope,
    shape: (x) => x.shape,
    param(name, role, shape) {
      const path = namer.weight(name);
      const variable = variables.get(path);
      if (variable === undefined) throw new RangeError(`Weight "${path}" is missing`);
      const isOfWhole = windows !== undefined && role === "position";
      if (!isOfWhole && !sameShape(variable.shape, shape)) {
        throw new RangeError(`Weight "${path}" has shape [${variable.shape}], needs [${shape}]`);
      }
      return variable;
    },

    conv(x, kernel, bias, { stride, padding }) {
      const y = convolve(x as tf.Tensor4D, kernel as tf.Tensor4D, stride, padding);
      return bias === null ? y : addBias(y, bias);
    },
    upConv(x, kernel, bias) {
      const [n, h, w] = image("upConv", x.shape);
      const [size, , outputs] = image("upConv kernel", kernel.shape);
      const y = tf.conv2dTranspose(
        x as tf.Tensor4D,
        kernel as tf.Tensor4D,
        [n, h * size, w * size, outputs],
        size,
        "valid",
      );
      return addBias(y, bias);
    },
    maxPool(x, { size, stride, padding }) {
      const padded = pad(x as tf.Tensor4D, padding, lowest);
      return tf.maxPool(padded, size, stride, "valid");
    },
    batchNorm(x, { scale, offset, mean, variance }, epsilon) {
      if (mode === "eval") {
        const weights = { scale, offset, mean, variance } as BatchNormWeights<tf.Tensor1D>;
        return fixedBatchNorm(x as tf.Tensor4D, weights, epsilon);
      }
      return trainBatchNorm(
        x as tf.Tensor4D,
        scale as tf.Tensor1D,
        offset as tf.Tensor1D,
        epsilon,
        (batchMean, batchVariance) => {
          moveTowards(mean as tf.Variable, batchMean);
          moveTowards(variance as tf.Variable, batchVariance);
        },
      );
    },
    upsample2x: (x) => upsample2x(x as tf.Tensor4D),

    ...tokenOps,
    addPosition(x, position, readout) {
      const placed = windows === undefined
        ? position
        : positionsOf(position, windows, windows.size);
      return tokenOps.addPosition(x, placed, readout);
    },

    relu: isNative() ? fusedRelu : tf.relu,
    gelu,
    sigmoid: (x) => tf.sigmoid(x),
    add,
    concat: (parts) => tf.concat([...parts], -1),
  };
}

/** Far below any activation, and far from overflow. */
const lowest = -1e30;

/**
 * TensorFlow.js takes explicit padding in the forward pass only as one number, and its gradient not at all. For stride 1
 * "same" means the same zeros; for the rest they are laid around the image first.
 */
function convolve(
  x: tf.Tensor4D,
  kernel: tf.Tensor4D,
  stride: number,
  padding: Padding,
): tf.Tensor4D {
  const { top, bottom, left, right } = padding;
  const [kh, kw] = image("conv kernel", kernel.shape);
  const isSame = stride === 1 && top + bottom === kh - 1 && left + right === kw - 1 &&
    top === bottom && left === right;
  if (isSame) return tf.conv2d(x, kernel, 1, "same");
  return tf.conv2d(pad(x, padding, 0), kernel, stride, "valid");
}

function pad(
  x: tf.Tensor4D,
  { top, bottom, left, right }: Padding,
  value: number,
): tf.Tensor4D {
  if (top + bottom + left + right === 0) return x;
  return tf.pad4d(x, [[0, 0], [top, bottom], [left, right], [0, 0]], value);
}

function moveTowards(running: tf.Variable, batch: tf.Tensor): void {
  running.assign(tf.add(
    tf.mul(running, batchNormMomentum),
    tf.mul(batch, 1 - batchNormMomentum),
  ));
}
