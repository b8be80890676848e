// Samples at the network's size, decoded once and kept while there is room.

import { loadSample, type Sample } from "../../models/dataset.ts";
import type { Image, Mask } from "../../models/image.ts";
import { resizeImage } from "../../models/resize.ts";
import { resizeTruth } from "../../models/resize_truth.ts";

/** Pixels that every sample is resized to. */
export interface SampleSize {
  readonly width: number;
  readonly height: number;
}

/** 4 GiB: all of MVTec AD at 256×256 takes a third of it. */
export const defaultCacheBytes = 4 * 2 ** 30;

/**
 * Bytes for the images that validation watches, which are shown at every look, and what is left for those that train.
 *
 * @param watched How many validation watches.
 */
export function divideCache(
  { width, height, cacheMb }: SampleSize & { readonly cacheMb: number },
  watched: number,
): { readonly validation: number; readonly train: number } {
  const bytes = cacheMb * 2 ** 20;
  const validation = Math.min(bytes, watched * 4 * width * height);
  return { validation, train: bytes - validation };
}

export interface LoadedSample {
  readonly image: Image;
  readonly mask: Mask;
}

export interface SampleCache {
  load(sample: Sample): Promise<LoadedSample>;
}

/** Decodes a sample and brings it to a size. @throws as `loadSample` does. */
export async function loadResized(
  root: string,
  sample: Sample,
  { width, height }: SampleSize,
): Promise<LoadedSample> {
  const { image, mask } = await loadSample(root, sample);
  return {
    image: resizeImage(image, width, height),
    mask: resizeTruth(mask, width, height),
  };
}

/**
 * @param root Folder of the data set.
 * @param maxBytes What is kept at most; the rest is decoded each time it is asked for. @default {defaultCacheBytes}
 */
export function createSampleCache(
  root: string,
  size: SampleSize,
  maxBytes = defaultCacheBytes,
): SampleCache {
  const kept = new Map<string, LoadedSample>();
  let bytes = 0;
  return {
    async load(sample) {
      const known = kept.get(sample.path);
      if (known !== undefined) return known;
      const loaded = await loadResized(root, sample, size);
      const needed = loaded.image.data.byteLength + loaded.mask.data.byteLength;
      if (bytes + needed <= maxBytes) {
        bytes += needed;
        kept.set(sample.path, loaded);
      }
      return loaded;
    },
  };
}
