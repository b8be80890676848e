// DPT: Ranftl, Bochkovskiy and Koltun 2021, as their code has it for segmentation. What differs is said where it does.

import type { ImageSize, Network, Ops } from "../ops/ops.ts";
import {
  channels,
  convBias,
  convBn,
  convBnRelu,
  expectMultipleOf,
  layerNorm,
  linear,
  rareLogit,
} from "./blocks.ts";
import { centredPadding } from "../ops/padding.ts";
import { patchGrid, vit, type VitPreset } from "./vit.ts";

/** What becomes of the readout token (section 3.1, eq. 4 to 6): projected into every patch, added to it, or left out. */
export type Read = "project" | "add" | "ignore";

export interface DptPreset {
  readonly encoder: VitPreset;
  /** Layers whose tokens are reassembled, counted from 1, for the strides 4, 8, 16 and 32. */
  readonly taps: readonly [number, number, number, number];
  readonly read: Read;
  /**
   * A layer norm on every tap. The authors have none; the raw taps of published encoders reach into the hundreds, and the
   * convolutions that follow start from small ones.
   */
  readonly tapNorm: boolean;
  readonly fusionChannels: number;
}

/** Features: the four taps as tokens `[N,T+1,C]`, then the fused maps at strides 16, 8, 4 and 2. */
export function dpt(preset: DptPreset): Network {
  return (ops, image) => {
    expectMultipleOf(ops, image, 2 * preset.encoder.patch, "DPT");
    const layers = ops.scope("encoder", () => vit(ops, image, preset.encoder));
    const taps = preset.taps.map((layer) => layers[layer - 1]!);
    const grid = patchGrid(ops, image, preset.encoder);
    const maps = taps.map((tap, scale) =>
      ops.scope(`reassemble.${scale + 1}`, () => reassemble(ops, tap, grid, scale, preset))
    );

    const fused: (typeof image)[] = [];
    for (const [scale, map] of [...maps.entries()].reverse()) {
      fused.push(ops.scope(`fusion.${scale + 1}`, () => fuse(ops, map, fused.at(-1))));
    }
    return { logits: segmentationHead(ops, fused.at(-1)!), features: [...taps, ...fused] };
  };
}

/** Reassemble = Resample ∘ Concatenate ∘ Read (eq. 3): tokens to a map at stride 4, 8, 16 or 32 for `scale` 0 to 3. */
function reassemble<T>(ops: Ops<T>, tap: T, grid: ImageSize, scale: number, preset: DptPreset): T {
  const tokens = preset.tapNorm ? layerNorm(ops, tap) : tap;
  const patches = ops.scope("read", () => read(ops, tokens, preset.read));
  const map = ops.toImage(patches, grid);
  const resampled = resample(ops, map, scale);
  const { fusionChannels } = preset;
  const kernel = ops.param("kernel", "kernel", [3, 3, channels(ops, resampled), fusionChannels]);
  return ops.conv(resampled, kernel, null, { stride: 1, padding: centredPadding(3) });
}

/**
 * The authors concatenate the readout to every patch and project that; a matrix times two parts is the sum of two matrices
 * times one part each, so the readout's share is computed once.
 */
function read<T>(ops: Ops<T>, tokens: T, how: Read): T {
  const patches = ops.patches(tokens);
  if (how === "ignore") return patches;
  if (how === "add") return ops.add(patches, ops.readout(tokens));
  const size = channels(ops, tokens);
  const projected = ops.scope("patches", () => linear(ops, patches, size));
  const matrix = ops.scope("readout", () => ops.param("matrix", "matrix", [size, size]));
  return ops.gelu(ops.add(projected, ops.linear(ops.readout(tokens), matrix, null)));
}

/** From stride 16 to 4, 8, 16 or 32, with an eighth, a quarter, a half or all of the channels. */
function resample<T>(ops: Ops<T>, map: T, scale: number): T {
  const filters = channels(ops, map) >> (3 - scale);
  const x = ops.scope("project", () => convBias(ops, map, { filters, kernel: 1 }));
  return ops.scope("resample", () => {
    if (scale === 2) return x;
    if (scale === 3) return convBias(ops, x, { filters, stride: 2 });
    const size = 4 >> scale;
    const kernel = ops.param("kernel", "transposedKernel", [size, size, filters, filters]);
    return ops.upConv(x, kernel, ops.param("bias", "bias", [filters]));
  });
}

/**
 * Fusion (figure 1, right): the map of this stride joins what comes from below, then twice the size. The 1×1 convolution
 * stands before the interpolation, not behind it: both are linear and the interpolation's shares sum to 1, so the result is
 * the same at a quarter of the work.
 */
function fuse<T>(ops: Ops<T>, map: T, below: T | undefined): T {
  const joined = below === undefined
    ? map
    : ops.add(below, ops.scope("unit1", () => residualConvUnit(ops, map)));
  const refined = ops.scope("unit2", () => residualConvUnit(ops, joined));
  const filters = channels(ops, refined);
  const projected = ops.scope("project", () => convBias(ops, refined, { filters, kernel: 1 }));
  return ops.upsample2x(projected);
}

/** Residual convolutional unit (Lin et al. 2017, figure 2b), with the batch norms that the authors use for segmentation. */
function residualConvUnit<T>(ops: Ops<T>, x: T): T {
  const filters = channels(ops, x);
  const hidden = ops.scope("conv1", () => convBn(ops, ops.relu(x), { filters }));
  return ops.add(ops.scope("conv2", () => convBn(ops, ops.relu(hidden), { filters })), x);
}

/**
 * The authors' head for segmentation, without its dropout. Convolutions of the image itself at strides 1 and 2 beside it, as
 * DPT-Hybrid has them deeper, draw outlines no better: 1350 steps of a DPT tiny reach `iou_image` .864 and `iou_defect` .456 on
 * the validation part of MVTec AD's screw with them, .863 and .453 without, on the test part .822 and .330, .831 and .325; on
 * toothbrush .823 and .470, .816 and .448, on the test part .775 and .325, .780 and .339.
 */
function segmentationHead<T>(ops: Ops<T>, x: T): T {
  const filters = channels(ops, x);
  const hidden = ops.scope("refine", () => convBnRelu(ops, x, { filters }));
  return ops.upsample2x(rareLogit(ops, hidden));
}
