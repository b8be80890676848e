// How long graphs take, side by side: in turns, so that whatever else the machine does hits all alike. One session is open at a
// time: the threads of another go on spinning for a while after its run, and take the cores that are measured (two threads on
// two cores, a DPT tiny and two small ones run by run: 81, 24 and 21 ms, each alone 47, 13 and 10).

import type { ImageSize } from "../ops/ops.ts";
import { type GraphProvider, openGraph } from "../package/verify.ts";

export interface LatencyOptions {
  readonly provider: GraphProvider;
  readonly threads: number;
  /** Runs of each graph that count, at least. */
  readonly runs: number;
}

/** Turns that the runs are divided into. */
const turns = 5;
/** Runs at the beginning of a turn that do not count. */
const warmUpRuns = 3;

/**
 * Runs graphs one after the other, turn by turn, on an image of stripes, batch 1.
 *
 * @param graphs Bytes of `.onnx` files of one input size.
 * @returns Median time of each, in ms.
 */
export async function measureLatency(
  graphs: readonly Uint8Array[],
  size: ImageSize,
  { provider, threads, runs }: LatencyOptions,
): Promise<number[]> {
  const image = new Float32Array(3 * size.width * size.height).map((_, at) => at % 255 / 255);
  const times = graphs.map((): number[] => []);
  for (let turn = 0; turn < turns; turn++) {
    for (const [at, graph] of graphs.entries()) {
      await using runner = await openGraph(graph, size, { provider, threads });
      for (let run = -warmUpRuns; run < runs / turns; run++) {
        const start = performance.now();
        await runner.run(image, 1);
        if (run >= 0) times[at]!.push(performance.now() - start);
      }
    }
  }
  return times.map(median);
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
