// How long graphs take, side by side: in turns, so that whatever else the machine does hits all alike.

import type { ImageSize } from "../ops/ops.ts";
import { type GraphObserver, type GraphProvider, openGraph } from "../package/verify.ts";

export interface LatencyOptions {
  readonly provider: GraphProvider;
  readonly threads: number;
  /** Runs of each graph that count. */
  readonly runs: number;
}

const warmUpRuns = 5;

/**
 * Runs graphs one after the other, round by round, on an image of stripes, batch 1.
 *
 * @param graphs Bytes of `.onnx` files of one input size.
 * @returns Median time of each, in ms.
 */
export async function measureLatency(
  graphs: readonly Uint8Array[],
  size: ImageSize,
  { provider, threads, runs }: LatencyOptions,
): Promise<number[]> {
  await using stack = new AsyncDisposableStack();
  const runners: GraphObserver[] = [];
  for (const graph of graphs) {
    runners.push(stack.use(await openGraph(graph, size, { provider, threads })));
  }
  const image = new Float32Array(3 * size.width * size.height).map((_, at) => at % 255 / 255);
  const times = runners.map((): number[] => []);
  for (let run = -warmUpRuns; run < runs; run++) {
    for (const [at, runner] of runners.entries()) {
      const start = performance.now();
      await runner.run(image, 1);
      if (run >= 0) times[at]!.push(performance.now() - start);
    }
  }
  return times.map(median);
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
