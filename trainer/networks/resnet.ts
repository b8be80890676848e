// ResNet as an encoder: He et al. 2015, table 1, the 18- and 34-layer columns, without the classifier. Laid out as the
// published weights are: 7×7 stem with stride 2, 3×3 pooling, four stages of two-convolution units.

import type { Ops } from "../ops/ops.ts";
import { centredPadding } from "../ops/padding.ts";
import { convBnRelu, residualUnit } from "./blocks.ts";

export interface ResNetPreset {
  /** Residual units of each stage: 2, 2, 2, 2 are ResNet-18; 3, 4, 6, 3 are ResNet-34. */
  readonly units: readonly [number, number, number, number];
}

const stemFilters = 64;

/** Maps of `[N,H,W,3]` at strides 2, 4, 8, 16 and 32, with 64, 64, 128, 256 and 512 channels. */
export function resnet<T>(ops: Ops<T>, image: T, { units }: ResNetPreset): T[] {
  const stem = ops.scope(
    "stem",
    () => convBnRelu(ops, image, { filters: stemFilters, kernel: 7, stride: 2 }),
  );
  let x = ops.maxPool(stem, { size: 3, stride: 2, padding: centredPadding(3) });
  const maps = [stem];
  for (const [i, count] of units.entries()) {
    const options = { filters: stemFilters << i, stride: i === 0 ? 1 : 2, count };
    x = ops.scope(`stage.${i + 1}`, () => stage(ops, x, options));
    maps.push(x);
  }
  return maps;
}

/** Residual units of one size; the first makes it. */
function stage<T>(
  ops: Ops<T>,
  image: T,
  { filters, stride, count }: {
    readonly filters: number;
    readonly stride: number;
    readonly count: number;
  },
): T {
  let x = image;
  for (let unit = 1; unit <= count; unit++) {
    const options = { filters, stride: unit === 1 ? stride : 1 };
    x = ops.scope(`unit.${unit}`, () => residualUnit(ops, x, options));
  }
  return x;
}
