// Which nodes of a graph suffer most from integers, each measured alone. Opens no session itself.

import type { Graph } from "../onnx/graph.ts";
import { planQuantization } from "./plan_quantization.ts";
import { quantizeGraph } from "./quantize_graph.ts";
import type { ValueRange } from "./scales.ts";

/** Answers the maps of the same images by any form of one graph. */
export type MapsOf = (graph: Graph) => Promise<readonly Float32Array[]>;

export interface NodeError {
  /** Name of the node. */
  readonly node: string;
  /** Mean |Δ| of the maps when this node alone computes in integers. */
  readonly error: number;
}

/**
 * Rounds one node after the other that may compute in integers, all others in float32, and holds the maps against those of the whole graph in float32.
 *
 * @returns The worst first.
 */
export async function rankNodes(
  graph: Graph,
  ranges: ReadonlyMap<string, ValueRange>,
  mapsOf: MapsOf,
): Promise<NodeError[]> {
  const expected = await mapsOf(graph);
  const names = graph.nodes.map(({ name }) => name);
  const errors: NodeError[] = [];
  for (const { name } of planQuantization(graph).computing) {
    const floats = new Set(names.filter((other) => other !== name));
    const actual = await mapsOf(quantizeGraph(graph, { ranges, floats }));
    errors.push({ node: name, error: meanDifference(actual, expected) });
  }
  return errors.sort((a, b) => b.error - a.error);
}

function meanDifference(a: readonly Float32Array[], b: readonly Float32Array[]): number {
  let [sum, count] = [0, 0];
  for (const [at, map] of a.entries()) {
    map.forEach((value, pixel) => sum += Math.abs(value - b[at]![pixel]!));
    count += map.length;
  }
  return sum / count;
}
