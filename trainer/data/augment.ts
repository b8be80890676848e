// A sample as another day might have shown it: the augmentations that are on, one after the other.

import type { Random } from "../../models/random.ts";
import { affine, rotate } from "./augment/affine.ts";
import type { Augmentation } from "./augment/augmentation.ts";
import { blur } from "./augment/blur.ts";
import { noise } from "./augment/noise.ts";
import { type AugmentationKind, augmentationKinds } from "./augment/switches.ts";
import { flipX, flipY, turn } from "./augment/symmetry.ts";
import { contrast, gamma, light } from "./augment/tone.ts";
import type { LoadedSample } from "./sample_cache.ts";

const augmentations: Readonly<Record<AugmentationKind, Augmentation>> = {
  ...{ flipX, flipY, turn, rotate, affine, blur, light, contrast, gamma, noise },
};

/**
 * Applies the kinds in the order of `augmentationKinds`, whatever order they are given in. Each draws from a stream of its
 * own: turning one off does not change what the others do, but for `affine`, which `rotate` replaces: pixels are resampled once.
 */
export function augment(
  sample: LoadedSample,
  kinds: readonly AugmentationKind[],
  random: Random,
): LoadedSample {
  const isOn = (kind: AugmentationKind) =>
    kinds.includes(kind) && !(kind === "affine" && kinds.includes("rotate"));
  return augmentationKinds.filter(isOn).reduce(
    (changed, kind) => augmentations[kind](changed, random.fork(kind)),
    sample,
  );
}
