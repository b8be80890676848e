// Where batches come from, as plain data that a Worker can be given. Knows no Worker.

import type { Sample } from "../../models/sample.ts";
import { type BatchOptions, type BatchSource, createBatches } from "./batches.ts";
import type { SampleSize } from "./sample_cache.ts";
import { createSharedCache, type SharedPixels } from "./shared_cache.ts";

export interface PrefetchSource extends BatchOptions, SampleSize {
  /** Folder of the data set. */
  readonly root: string;
  readonly samples: readonly Sample[];
}

/** The same batches on every thread. @throws RangeError when there is no sample. */
export function openSource(source: PrefetchSource, shared: SharedPixels): BatchSource {
  const { root, samples } = source;
  return createBatches(samples, createSharedCache(root, samples, source, shared), source);
}
