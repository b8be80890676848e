// Blocks that several networks share. Plain functions over the vocabulary; they know no backend.

import type { Init, LinearWeights, Ops } from "../ops/ops.ts";
import { centredPadding } from "../ops/padding.ts";

/** Small enough not to blur the statistics, large enough for float16. */
export const batchNormEpsilon = 1e-5;
/** ViT's, as its published weights were trained with (Dosovitskiy et al. 2021, their code). */
const layerNormEpsilon = 1e-6;

export interface ConvBlockOptions {
  readonly filters: number;
  /** Side of the square kernel in pixels, odd. @default 3 */
  readonly kernel?: number;
  /** @default 1 */
  readonly stride?: number;
}

/** `convBn`, then ReLU. */
export function convBnRelu<T>(ops: Ops<T>, x: T, options: ConvBlockOptions): T {
  return ops.relu(convBn(ops, x, options));
}

/** Convolution without a bias (the batch norm has one), batch norm: `[N,H,W,C] → [N,⌈H/stride⌉,⌈W/stride⌉,filters]`. */
export function convBn<T>(ops: Ops<T>, x: T, options: ConvBlockOptions): T {
  const { filters, kernel = 3, stride = 1 } = options;
  const weights = ops.param("kernel", "kernel", [kernel, kernel, channels(ops, x), filters]);
  return batchNorm(ops, ops.conv(x, weights, null, { stride, padding: centredPadding(kernel) }));
}

/**
 * Residual unit of two 3×3 convolutions (He et al. 2015, figure 2, with batch norms as in section 3.4). Where the size or
 * the channels change, the shortcut is a 1×1 convolution (option B there).
 */
export function residualUnit<T>(
  ops: Ops<T>,
  x: T,
  { filters, stride = 1 }: { readonly filters: number; readonly stride?: number },
): T {
  const hidden = ops.scope("conv1", () => convBnRelu(ops, x, { filters, stride }));
  const change = ops.scope("conv2", () => convBn(ops, hidden, { filters }));
  const isSame = stride === 1 && channels(ops, x) === filters;
  const shortcut = isSame
    ? x
    : ops.scope("shortcut", () => convBn(ops, x, { filters, kernel: 1, stride }));
  return ops.relu(ops.add(change, shortcut));
}

/** Convolution with a bias. */
export function convBias<T>(
  ops: Ops<T>,
  x: T,
  options: ConvBlockOptions & { readonly biasInit?: Init },
): T {
  const { filters, kernel = 3, stride = 1, biasInit } = options;
  const weights = ops.param("kernel", "kernel", [kernel, kernel, channels(ops, x), filters]);
  const bias = ops.param("bias", "bias", [filters], biasInit);
  return ops.conv(x, weights, bias, { stride, padding: centredPadding(kernel) });
}

/** Batch norm with weights of its own. */
export function batchNorm<T>(ops: Ops<T>, x: T): T {
  const size = [channels(ops, x)];
  return ops.scope("norm", () =>
    ops.batchNorm(x, {
      scale: ops.param("scale", "scale", size),
      offset: ops.param("offset", "offset", size),
      mean: ops.param("mean", "mean", size),
      variance: ops.param("variance", "variance", size),
    }, batchNormEpsilon));
}

/** Doubles height and width by a 2×2 transposed convolution. */
export function upConv2x<T>(ops: Ops<T>, x: T, filters: number): T {
  const kernel = ops.param("kernel", "transposedKernel", [2, 2, filters, channels(ops, x)]);
  return ops.upConv(x, kernel, ops.param("bias", "bias", [filters]));
}

/** Linear layer with a bias: `[N,T,C] → [N,T,outputs]`. */
export function linear<T>(ops: Ops<T>, x: T, outputs: number): T {
  const { matrix, bias } = linearWeights(ops, channels(ops, x), outputs);
  return ops.linear(x, matrix, bias);
}

/** Weights of a linear layer. */
export function linearWeights<T>(ops: Ops<T>, inputs: number, outputs: number): LinearWeights<T> {
  return {
    matrix: ops.param("matrix", "matrix", [inputs, outputs]),
    bias: ops.param("bias", "bias", [outputs]),
  };
}

/** Layer norm with weights of its own. */
export function layerNorm<T>(ops: Ops<T>, x: T): T {
  const size = [channels(ops, x)];
  return ops.scope("norm", () =>
    ops.layerNorm(x, {
      scale: ops.param("scale", "scale", size),
      offset: ops.param("offset", "offset", size),
    }, layerNormEpsilon));
}

/**
 * The logit a pixel starts with. Defects are rare: starting at their share keeps the first steps from being spent on
 * learning that most pixels are sound (Lin et al. 2017, section 4.1, there with 0.01).
 */
export function rareLogit<T>(ops: Ops<T>, x: T): T {
  const defectShare = 0.02;
  return ops.scope("head", () =>
    convBias(ops, x, {
      filters: 1,
      kernel: 1,
      biasInit: { kind: "constant", value: Math.log(defectShare / (1 - defectShare)) },
    }));
}

/**
 * Refuses an image that a network cannot halve as often as it wants to.
 *
 * @throws RangeError that names the network and both sizes.
 */
export function expectMultipleOf<T>(
  ops: Ops<T>,
  image: T,
  multiple: number,
  network: string,
): void {
  const [, height = 0, width = 0] = ops.shape(image);
  if (height % multiple === 0 && width % multiple === 0) return;
  throw new RangeError(
    `${network} takes images whose height and width are multiples of ${multiple}, is given ${height}×${width}`,
  );
}

export function channels<T>(ops: Ops<T>, x: T): number {
  const size = ops.shape(x).at(-1);
  if (size === undefined) throw new RangeError("A value of rank 0 has no channels");
  return size;
}
