// Samples at the network's size, decoded once and kept while there is room.

import { loadSample, type Sample } from "../../models/dataset.ts";
import type { Image, Mask } from "../../models/image.ts";
import { resizeImage, resizeMaskNearest } from "../../models/resize.ts";

export interface LoadedSample {
  readonly image: Image;
  readonly mask: Mask;
}

export interface SampleCache {
  load(sample: Sample): Promise<LoadedSample>;
}

/**
 * @param root Folder of the data set.
 * @param size Pixels every sample is resized to.
 * @param maxBytes What is kept at most; the rest is decoded each time it is asked for. @default 4 GiB
 */
export function createSampleCache(
  root: string,
  size: { readonly width: number; readonly height: number },
  maxBytes = 4 * 2 ** 30,
): SampleCache {
  const kept = new Map<string, LoadedSample>();
  let bytes = 0;
  return {
    async load(sample) {
      const known = kept.get(sample.path);
      if (known !== undefined) return known;
      const { image, mask } = await loadSample(root, sample);
      const loaded = {
        image: resizeImage(image, size.width, size.height),
        mask: resizeMaskNearest(mask, size.width, size.height),
      };
      const needed = loaded.image.data.byteLength + loaded.mask.data.byteLength;
      if (bytes + needed <= maxBytes) {
        bytes += needed;
        kept.set(sample.path, loaded);
      }
      return loaded;
    },
  };
}
