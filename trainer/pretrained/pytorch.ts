// How PyTorch names and lays out a weight of each role. Knows no network.

import type { Role, Shape } from "../ops/ops.ts";

interface PytorchRule {
  /** What follows the module's name, or null for a tensor that is in no module. */
  readonly leaf: string | null;
  /** Axis `i` of ours is axis `axes[i]` of PyTorch's, which has size 1 in all others. */
  readonly axes: readonly number[];
}

export const pytorchRules: { readonly [R in Role]: PytorchRule } = {
  kernel: { leaf: "weight", axes: [2, 3, 1, 0] }, // theirs is [out, in, kh, kw]
  transposedKernel: { leaf: "weight", axes: [2, 3, 1, 0] }, // theirs is [in, out, kh, kw]
  matrix: { leaf: "weight", axes: [1, 0] }, // theirs is [out, in]
  token: { leaf: null, axes: [2] },
  position: { leaf: null, axes: [1, 2] },
  bias: { leaf: "bias", axes: [0] },
  scale: { leaf: "weight", axes: [0] },
  offset: { leaf: "bias", axes: [0] },
  mean: { leaf: "running_mean", axes: [0] },
  variance: { leaf: "running_var", axes: [0] },
};

/** Shape that PyTorch has for a weight of ours. */
export function pytorchShape(role: Role, shape: Shape): number[] {
  const { axes } = pytorchRules[role];
  const theirs = new Array<number>(1 + Math.max(...axes)).fill(1);
  for (const [i, axis] of axes.entries()) theirs[axis] = shape[i]!;
  return theirs;
}

/** Numbers of a weight in our order of axes, a copy. @param shape Ours. */
export function fromPytorch(role: Role, shape: Shape, data: Float32Array): Float32Array {
  const theirs = pytorchShape(role, shape);
  const strides = pytorchRules[role].axes.map((axis) =>
    theirs.slice(axis + 1).reduce((product, size) => product * size, 1)
  );
  const ours = new Float32Array(data.length);
  let at = 0;
  const copy = (axis: number, from: number) => {
    const [size, stride] = [shape[axis]!, strides[axis]!];
    if (axis < shape.length - 1) {
      for (let i = 0; i < size; i++) copy(axis + 1, from + i * stride);
    } else {
      for (let i = 0; i < size; i++) ours[at++] = data[from + i * stride]!;
    }
  };
  copy(0, 0);
  return ours;
}
