// Samples at the network's size in memory that all threads share: whoever needs one first decodes it for all of them.

import type { Sample } from "../../models/sample.ts";
import {
  defaultCacheBytes,
  type LoadedSample,
  loadResized,
  type SampleCache,
  type SampleSize,
} from "./sample_cache.ts";

/** What threads hand each other. */
export interface SharedPixels {
  /** `[slots, 4 · height · width]`: a sample's image, then its mask. */
  readonly pixels: SharedArrayBuffer;
  /** `[slots]` int32, one of the states below. */
  readonly states: SharedArrayBuffer;
}

const [EMPTY, WRITING, FULL] = [0, 1, 2];

/**
 * Room for as many samples as there are, or as fit. The operating system gives the memory as it is filled.
 *
 * @param maxBytes @default {defaultCacheBytes}
 */
export function createSharedPixels(
  samples: number,
  { width, height }: SampleSize,
  maxBytes = defaultCacheBytes,
): SharedPixels {
  const bytes = 4 * height * width;
  const slots = Math.min(samples, Math.floor(maxBytes / bytes));
  return {
    pixels: new SharedArrayBuffer(slots * bytes),
    states: new SharedArrayBuffer(slots * Int32Array.BYTES_PER_ELEMENT),
  };
}

/**
 * One thread's view of the shared pixels. Samples beyond the last slot are decoded each time they are asked for.
 *
 * @param root Folder of the data set.
 * @param samples In the same order for every thread.
 */
export function createSharedCache(
  root: string,
  samples: readonly Sample[],
  size: SampleSize,
  shared: SharedPixels,
): SampleCache {
  const slots = new Map(samples.map(({ path }, slot) => [path, slot]));
  const states = new Int32Array(shared.states);
  const { width, height } = size;
  const area = width * height;

  function viewOf(slot: number): LoadedSample {
    const start = 4 * area * slot;
    return {
      image: { width, height, data: new Uint8Array(shared.pixels, start, 3 * area) },
      mask: { width, height, data: new Uint8Array(shared.pixels, start + 3 * area, area) },
    };
  }
  return {
    async load(sample) {
      const slot = slots.get(sample.path) ?? Infinity;
      if (slot >= states.length) return await loadResized(root, sample, size);
      if (Atomics.load(states, slot) === FULL) return viewOf(slot);
      const loaded = await loadResized(root, sample, size);
      // Two threads may have decoded the same one: the first writes. Nobody waits, so nobody can wait for ever.
      if (Atomics.compareExchange(states, slot, EMPTY, WRITING) === EMPTY) {
        const { image, mask } = viewOf(slot);
        image.data.set(loaded.image.data);
        mask.data.set(loaded.mask.data);
        Atomics.store(states, slot, FULL);
      }
      return loaded;
    },
  };
}
