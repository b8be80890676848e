// Vision transformer as an encoder: Dosovitskiy et al. 2021, section 3.1, with the norm in front of each half of a block.

import type { ImageSize, Ops } from "../ops/ops.ts";
import { noPadding } from "../ops/padding.ts";
import { channels, convBias, convBnRelu, layerNorm, linear, linearWeights } from "./blocks.ts";

export interface VitPreset {
  /** Channels of a token. */
  readonly channels: number;
  readonly heads: number;
  readonly layers: number;
  /** Side of a patch, in pixels. */
  readonly patch: number;
  /**
   * Channels of the 3×3 convolutions of stride 2, with batch norm and ReLU, that make the patches (Xiao et al. 2021, section
   * 4), one more being the embedding: they halve the image `log2(patch)` times in all. Without, a patch is one product.
   */
  readonly stem?: readonly number[];
}

/** Hidden channels of a block's MLP, in channels of a token: the same in every published size. */
const expansion = 4;

/** Rows and columns of patches of an image. */
export function patchGrid<T>(ops: Ops<T>, image: T, { patch }: VitPreset): ImageSize {
  const [, height = 0, width = 0] = ops.shape(image);
  return { height: height / patch, width: width / patch };
}

/** Tokens `[N,T+1,C]` after each layer, the readout token first. */
export function vit<T>(ops: Ops<T>, image: T, preset: VitPreset): T[] {
  let x = embed(ops, image, preset);
  const layers = [];
  for (let layer = 1; layer <= preset.layers; layer++) {
    x = ops.scope(`layer.${layer}`, () => block(ops, x, preset.heads));
    layers.push(x);
  }
  return layers;
}

/** Eq. 1: patches through one matrix, which is a convolution with stride `patch`, or through a stem. */
function embed<T>(ops: Ops<T>, image: T, preset: VitPreset): T {
  const { patch, channels, stem } = preset;
  return ops.scope("embed", () => {
    const map = stem === undefined
      ? ops.conv(
        image,
        ops.param("kernel", "kernel", [patch, patch, 3, channels]),
        ops.param("bias", "bias", [channels]),
        { stride: patch, padding: noPadding },
      )
      : convStem(ops, image, stem, channels);
    const [, height = 0, width = 0] = ops.shape(map);
    const readout = ops.param("readout", "token", [channels]);
    const position = ops.param("position", "position", [height * width + 1, channels]);
    return ops.addPosition(ops.toTokens(map), position, readout);
  });
}

function convStem<T>(ops: Ops<T>, image: T, stem: readonly number[], channels: number): T {
  let x = image;
  for (const [at, filters] of stem.entries()) {
    x = ops.scope(`stem.${at + 1}`, () => convBnRelu(ops, x, { filters, stride: 2 }));
  }
  return convBias(ops, x, { filters: channels, stride: 2 });
}

/** Eq. 2 and 3. */
function block<T>(ops: Ops<T>, x: T, heads: number): T {
  const y = ops.add(x, ops.scope("attention", () => selfAttention(ops, layerNorm(ops, x), heads)));
  return ops.add(y, ops.scope("mlp", () => mlp(ops, layerNorm(ops, y))));
}

function selfAttention<T>(ops: Ops<T>, x: T, heads: number): T {
  const size = channels(ops, x);
  const weights = (name: string) => ops.scope(name, () => linearWeights(ops, size, size));
  const [query, key, value] = [weights("query"), weights("key"), weights("value")];
  const mixed = ops.selfAttention(x, { query, key, value }, { heads });
  return ops.scope("output", () => linear(ops, mixed, size));
}

function mlp<T>(ops: Ops<T>, x: T): T {
  const size = channels(ops, x);
  const hidden = ops.gelu(ops.scope("expand", () => linear(ops, x, expansion * size)));
  return ops.scope("contract", () => linear(ops, hidden, size));
}
