// U-Net: Ronneberger, Fischer and Brox 2015 (figure 1), with two changes everyone makes: padded convolutions, so that the
// map is as large as the image, and batch norms.

import type { Network, Ops } from "../ops/ops.ts";
import { noPadding } from "../ops/padding.ts";
import { convBnRelu, expectMultipleOf, rareLogit, upConv2x } from "./blocks.ts";

export interface UNetPreset {
  /** Channels of the first level; each level down doubles them. */
  readonly filters: number;
  /** Levels of the encoder, the bottom included: height and width must be multiples of 2^(levels − 1). */
  readonly levels: number;
}

/** Features: the bottom, then each level of the decoder from deep to shallow. */
export function unet({ filters, levels }: UNetPreset): Network {
  return (ops, image) => {
    expectMultipleOf(ops, image, 2 ** (levels - 1), "U-Net");
    const skips = [];
    let x = image;
    for (let level = 0; level < levels - 1; level++) {
      x = ops.scope(`encoder.${level}`, () => doubleConv(ops, x, filters << level));
      skips.push(x);
      x = ops.maxPool(x, { size: 2, stride: 2, padding: noPadding });
    }
    x = ops.scope("bottom", () => doubleConv(ops, x, filters << (levels - 1)));

    const features = [x];
    for (const [depth, skip] of [...skips.entries()].reverse()) {
      x = ops.scope(`decoder.${depth}`, () => decode(ops, x, skip, filters << depth));
      features.push(x);
    }
    return { logits: rareLogit(ops, x), features };
  };
}

function decode<T>(ops: Ops<T>, deep: T, skip: T, filters: number): T {
  const up = ops.scope("up", () => upConv2x(ops, deep, filters));
  return doubleConv(ops, ops.concat([skip, up]), filters);
}

function doubleConv<T>(ops: Ops<T>, x: T, filters: number): T {
  const y = ops.scope("conv1", () => convBnRelu(ops, x, { filters }));
  return ops.scope("conv2", () => convBnRelu(ops, y, { filters }));
}
