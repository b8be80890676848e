// ResU-Net: a U-Net of residual units (Zhang, Liu and Wang 2018, figure 2), strided units instead of pooling. Its units are
// those of He et al. 2015 with the norm behind the convolution, so that batch norms fold and published encoders fit.

import type { Network, Ops } from "../ops/ops.ts";
import { channels, expectMultipleOf, rareLogit, residualUnit, upConv2x } from "./blocks.ts";
import { resnet, type ResNetPreset } from "./resnet.ts";

export type ResUNetPreset =
  | {
    /** Channels of the first level; each level down doubles them. */
    readonly filters: number;
    /** Levels of the encoder, the bottom included: height and width must be multiples of 2^(levels − 1). */
    readonly levels: number;
  }
  | {
    /** A ResNet, for published weights; height and width must be multiples of 32. */
    readonly encoder: ResNetPreset;
  };

/** Channels of the level that a ResNet lacks: the one at the image's own size, where thin defects live. */
const fullSizeFilters = 32;

/** Features: the bottom, then each level of the decoder from deep to shallow. */
export function resunet(preset: ResUNetPreset): Network {
  return (ops, image) => {
    const maps = "encoder" in preset
      ? withFullSize(ops, image, preset.encoder)
      : plainEncoder(ops, image, preset);
    const [bottom, ...skips] = maps.reverse();
    let x = bottom as typeof image;
    const features = [x];
    for (const [i, skip] of skips.entries()) {
      x = ops.scope(`decoder.${skips.length - 1 - i}`, () => decode(ops, x, skip));
      features.push(x);
    }
    return { logits: rareLogit(ops, x), features };
  };
}

function plainEncoder<T>(
  ops: Ops<T>,
  image: T,
  { filters, levels }: { readonly filters: number; readonly levels: number },
): T[] {
  expectMultipleOf(ops, image, 2 ** (levels - 1), "ResU-Net");
  const maps: T[] = [];
  for (let level = 0; level < levels; level++) {
    const options = { filters: filters << level, stride: level === 0 ? 1 : 2 };
    const x = maps.at(-1) ?? image;
    maps.push(ops.scope(`encoder.${level}`, () => residualUnit(ops, x, options)));
  }
  return maps;
}

function withFullSize<T>(ops: Ops<T>, image: T, preset: ResNetPreset): T[] {
  expectMultipleOf(ops, image, 32, "ResU-Net with a ResNet");
  const maps = ops.scope("encoder", () => resnet(ops, image, preset));
  const first = ops.scope(
    "full_size",
    () => residualUnit(ops, image, { filters: fullSizeFilters }),
  );
  return [first, ...maps];
}

function decode<T>(ops: Ops<T>, deep: T, skip: T): T {
  const filters = channels(ops, skip);
  const up = ops.scope("up", () => upConv2x(ops, deep, filters));
  return residualUnit(ops, ops.concat([skip, up]), { filters });
}
