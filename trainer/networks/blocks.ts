// Blocks that several networks share. Plain functions over the vocabulary; they know no backend.

import type { Init, Ops } from "../ops/ops.ts";
import { centredPadding } from "../ops/padding.ts";

/** Small enough not to blur the statistics, large enough for float16. */
const batchNormEpsilon = 1e-5;

export interface ConvBlockOptions {
  readonly filters: number;
  /** Side of the square kernel in pixels, odd. @default 3 */
  readonly kernel?: number;
  /** @default 1 */
  readonly stride?: number;
}

/** Convolution without a bias (the batch norm has one), batch norm, ReLU: `[N,H,W,C] → [N,⌈H/stride⌉,⌈W/stride⌉,filters]`. */
export function convBnRelu<T>(ops: Ops<T>, x: T, options: ConvBlockOptions): T {
  const { filters, kernel = 3, stride = 1 } = options;
  const weights = ops.param("kernel", "kernel", [kernel, kernel, channels(ops, x), filters]);
  const y = ops.conv(x, weights, null, { stride, padding: centredPadding(kernel) });
  return ops.relu(batchNorm(ops, y));
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

export function channels<T>(ops: Ops<T>, x: T): number {
  const size = ops.shape(x).at(-1);
  if (size === undefined) throw new RangeError("A value of rank 0 has no channels");
  return size;
}
