// How many lanes a box gets, how many threads each, and how these wait. A rule with its measurement; flags
// override it.

import { defaultThreads } from "./threads.ts";

export interface Layout {
  readonly lanes: number;
  /** Threads of each lane. */
  readonly threads: number;
  /** How long an idle thread spins before it sleeps, in µs; undefined leaves it to onnxruntime. */
  readonly spinUs: number | undefined;
}

/**
 * Threads of an idle session spin after each run, on the cores that others need: CPU time of a frame, unet-tiny
 * int8 on 2 threads, two sessions in turn on 2 cores, is 36 ms, against 18.5 ms with 50 µs and without spinning
 * (22 ms with 200 µs). 50 µs are for the gaps between the nodes of a graph.
 */
const SHORT_SPIN_US = 50;

/**
 * Two threads for each core, in lanes of {@linkcode defaultThreads} threads: one stream alone has all the threads
 * it can use, and while one lane decodes, writes its answer or waits for its next frame, another one has the
 * cores. A layout without that surplus has one or the other. Best of two trials on 2 cores beside a training
 * that took most of both, unet-tiny int8:
 *
 * | lanes × threads        | one frame | saturated   |
 * | ---------------------- | --------: | ----------: |
 * | 1 × 2, long spinning   |     33 ms | 30 frames/s |
 * | 1 × 2, no spinning     |     18 ms | 53 frames/s |
 * | 2 × 1, no spinning     |     18 ms | 53 frames/s |
 * | 2 × 2, long spinning   |     35 ms | 28 frames/s |
 * | 2 × 2, no spinning     |     18 ms | 60 frames/s |
 *
 * @param chosen what somebody said already.
 */
export function fitLanes(
  chosen: { readonly lanes?: number | undefined; readonly threads?: number | undefined },
  cores: number = navigator.hardwareConcurrency,
): Layout {
  const threads = chosen.threads ?? defaultThreads(cores);
  const lanes = chosen.lanes ?? (cores === 1 ? 1 : Math.max(1, Math.round(2 * cores / threads)));
  return { lanes, threads, spinUs: lanes > 1 ? SHORT_SPIN_US : undefined };
}
