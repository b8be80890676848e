// Static int8 that loses no more than it may: the best calibration first, then the worst nodes back to float32.

import type { Graph } from "../onnx/graph.ts";
import { type CalibrationMethod, calibrationMethods, rangesOf } from "./calibrate.ts";
import type { Histogram } from "./histogram.ts";
import { type MapsOf, rankNodes } from "./rank_nodes.ts";
import { quantizeGraph } from "./quantize_graph.ts";
import type { ValueRange } from "./scales.ts";

export interface Budget {
  /** How good a graph is, more is better; asked of the float32 graph first. */
  score(graph: Graph): Promise<number>;
  /** How much of the float32 graph's score may be lost. */
  readonly loss: number;
  /** Maps of a few images, to tell the worst nodes. */
  readonly mapsOf: MapsOf;
  /** @default all */
  readonly methods?: readonly CalibrationMethod[];
  /** Ranges that training rounded by, tried first. */
  readonly trainedRanges?: ReadonlyMap<string, ValueRange> | undefined;
  readonly say?: (line: string) => void;
}

/** "trained": by what training rounded by. */
type RangeMethod = CalibrationMethod | "trained";

export interface Quantized {
  readonly graph: Graph;
  readonly method: RangeMethod;
  /** Nodes that were given back to float32, the worst first. */
  readonly returned: readonly string[];
  readonly score: number;
  readonly floatScore: number;
  /** Whether it loses no more than it may. */
  readonly isWithin: boolean;
}

/**
 * Tries the calibration methods with every node in integers; where the best of them loses too much, gives the worst one, two,
 * four … nodes back to float32 until it does not, or until half of them are floats.
 */
export async function quantizeWithinBudget(
  graph: Graph,
  histograms: ReadonlyMap<string, Histogram>,
  { score, loss, mapsOf, methods = calibrationMethods, trainedRanges, say = () => {} }: Budget,
): Promise<Quantized> {
  const floatScore = await score(graph);
  const rangesBy = (method: RangeMethod) =>
    method === "trained" ? trainedRanges! : rangesOf(histograms, method);
  async function attempt(method: RangeMethod, returned: readonly string[]) {
    const ranges = rangesBy(method);
    const quantized = quantizeGraph(graph, { ranges, floats: new Set(returned) });
    const reached = await score(quantized);
    say(
      `int8, ${method}, ${returned.length} nodes in float32: ${reached.toFixed(4)}, float32 ${
        floatScore.toFixed(4)
      }`,
    );
    const isWithin = reached >= floatScore - loss;
    return { graph: quantized, method, returned, score: reached, floatScore, isWithin };
  }

  const [first, ...rest]: RangeMethod[] = [
    ...(trainedRanges ? ["trained"] as const : []),
    ...methods,
  ];
  if (first === undefined) throw new RangeError("Cannot quantize: there is no calibration method");
  let best = await attempt(first, []);
  for (const method of rest) {
    const tried = await attempt(method, []);
    if (tried.score > best.score) best = tried;
  }
  if (best.isWithin) return best;

  const ranges = rangesBy(best.method);
  const ranking = await rankNodes(graph, ranges, mapsOf);
  for (let count = 1; count <= ranking.length / 2 && !best.isWithin; count *= 2) {
    const tried = await attempt(best.method, ranking.slice(0, count).map(({ node }) => node));
    if (tried.score > best.score) best = tried;
  }
  return best;
}
