// The Workers of a prefetcher: a step goes in, its batch comes out. Knows no order of steps.

import type { Batch } from "./batches.ts";
import {
  type OpenRequest,
  type PrefetchAnswer,
  PrefetchError,
  type PrefetchRequest,
} from "./prefetch_messages.ts";

export interface PrefetchCrew {
  /** Asks for a batch. Rejects with PrefetchError. */
  make(step: number): Promise<Batch>;
  /** Ends the Workers: all that was asked for and all that will be rejects with `reason`. */
  end(reason: PrefetchError): void;
}

/** Starts Workers that make batches of one source. They have the permissions of their caller: they read the data set. */
export function openCrew(workers: number, open: OpenRequest): PrefetchCrew {
  const waiting = new Map<number, PromiseWithResolvers<Batch>>();
  let ended: PrefetchError | undefined;

  function end(reason: PrefetchError): void {
    if (ended !== undefined) return;
    ended = reason;
    for (const worker of crew) worker.terminate();
    for (const { reject } of waiting.values()) reject(reason);
    waiting.clear();
  }

  function start(): Worker {
    const worker = new Worker(new URL("./prefetch_worker.ts", import.meta.url), { type: "module" });
    worker.onmessage = ({ data }: MessageEvent<PrefetchAnswer>) => {
      const asked = waiting.get(data.step);
      waiting.delete(data.step);
      if ("batch" in data) asked?.resolve(data.batch);
      else asked?.reject(new PrefetchError("failed", data.error));
    };
    worker.onerror = (event) => {
      // Without this Deno takes the whole process down with the Worker.
      event.preventDefault();
      end(new PrefetchError("crashed", `A Worker that makes batches crashed: ${event.message}`));
    };
    worker.onmessageerror = () => {
      end(new PrefetchError("crashed", "A Worker sent a batch that cannot be read"));
    };
    worker.postMessage(open satisfies PrefetchRequest);
    return worker;
  }
  const crew = Array.from({ length: workers }, start);

  return {
    make(step) {
      if (ended !== undefined) return Promise.reject(ended);
      const asked = Promise.withResolvers<Batch>();
      waiting.set(step, asked);
      crew[step % workers]!.postMessage({ kind: "make", step } satisfies PrefetchRequest);
      return asked.promise;
    },
    end,
  };
}
