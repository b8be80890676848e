// Batches in the order of their steps, made while the last one is trained on. Knows no network.

import type { Batch } from "./batches.ts";
import { openCrew, type PrefetchCrew } from "./prefetch_crew.ts";
import { failureText, PrefetchError } from "./prefetch_messages.ts";
import { openSource, type PrefetchSource } from "./prefetch_source.ts";
import { createSharedPixels } from "./shared_cache.ts";

export interface PrefetchOptions {
  /**
   * Threads that make batches. 0: this one makes each when it is asked for. The batches are the same.
   *
   * @default {1}
   */
  readonly workers?: number;
  /**
   * Batches that are asked for before they are needed. Without a pause a training step may block this thread: only what
   * was asked for before it is made meanwhile. So many batches lie in memory, and one.
   *
   * @default {4}
   */
  readonly ahead?: number;
  /** Step of the first batch. @default {0} */
  readonly first?: number;
  /** Step after the last batch. @default {Infinity} */
  readonly end?: number;
  /** Longest wait for a batch that a Worker makes, in ms. @default {120000} */
  readonly timeoutMs?: number;
  /** Bytes of decoded samples that all threads keep together. @default {defaultCacheBytes} */
  readonly maxBytes?: number;
}

export interface PrefetchedBatch extends Batch {
  /** Counted from 0. */
  readonly step: number;
  /** How long the caller waited for it, in ms: what the training lost to its data. */
  readonly waitedMs: number;
}

/** Disposing ends the Workers. */
export interface Prefetcher extends Disposable {
  /**
   * The batch of the next step.
   *
   * @throws PrefetchError naming the file when an image cannot be read, and when the batch is not there in time, a
   * Worker has crashed or the prefetcher was disposed. RangeError after the last step.
   */
  next(): Promise<PrefetchedBatch>;
  /** Leaves out the steps before this one. @throws RangeError when it has been given. */
  skipTo(step: number): void;
}

/**
 * Starts making batches at once. The batch of a step depends on the source and the step alone: not on the number of
 * Workers, nor on the step at which it starts.
 *
 * @throws RangeError when there is no sample or an option is out of range.
 */
export function createPrefetcher(
  source: PrefetchSource,
  options: PrefetchOptions = {},
): Prefetcher {
  const { workers = 1, ahead = 4, first = 0, end = Infinity, timeoutMs = 120_000 } = options;
  for (const [name, value] of Object.entries({ workers, ahead, first })) {
    if (!Number.isInteger(value) || value < 0) {
      throw new RangeError(`Cannot prefetch: ${name} must be a whole number from 0, is ${value}`);
    }
  }
  const shared = createSharedPixels(source.samples.length, source, options.maxBytes);
  // Opened here in any case: a source that is refused must not cost a Worker.
  const batchAt = openSource(source, shared);
  const crew = workers === 0
    ? madeHere(batchAt)
    : openCrew(workers, { kind: "open", source, shared });
  const asked: Promise<Batch>[] = [];
  let [taken, next] = [first, first];

  function askUpTo(limit: number): void {
    for (; next < Math.min(limit, end); next++) {
      const batch = crew.make(next);
      // Whoever takes it sees the error; until then it is not an unhandled one.
      batch.catch(() => {});
      asked.push(batch);
    }
  }
  if (workers > 0) askUpTo(first + ahead);

  return {
    async next() {
      if (taken >= end) throw new RangeError(`Cannot give a batch: step ${end - 1} was the last`);
      const step = taken++;
      askUpTo(taken + (workers > 0 ? ahead : 0));
      const start = performance.now();
      const timer = setTimeout(() => {
        const what = `The batch of step ${step} was not there within ${timeoutMs} ms`;
        crew.end(new PrefetchError("stalled", what));
      }, timeoutMs);
      try {
        const batch = await asked.shift()!;
        return { ...batch, step, waitedMs: performance.now() - start };
      } finally {
        clearTimeout(timer);
      }
    },
    skipTo(step) {
      if (step < taken) throw new RangeError(`Cannot skip to step ${step}: the next is ${taken}`);
      asked.length = 0;
      taken = next = step;
      if (workers > 0) askUpTo(step + ahead);
    },
    [Symbol.dispose]: () => crew.end(new PrefetchError("closed", "The prefetcher was disposed")),
  };
}

/** No crew at all: this thread does the work when it is asked to. */
function madeHere(batchAt: (step: number) => Promise<Batch>): PrefetchCrew {
  let ended: PrefetchError | undefined;
  return {
    async make(step) {
      if (ended !== undefined) throw ended;
      try {
        return await batchAt(step);
      } catch (cause) {
        throw new PrefetchError("failed", failureText(step, cause), { cause });
      }
    },
    end: (reason) => {
      ended ??= reason;
    },
  };
}
