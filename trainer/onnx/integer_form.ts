// Graph → Graph: the form in which int8 computes a graph, and in which a run that rounds numbers is told its values.

import type { Graph } from "./graph.ts";
import { patchProducts } from "./patch_products.ts";
import { spreadTransposedConvs } from "./spread_transposed_convs.ts";

/** With transposed convolutions and patches as products that can be of integers. The same numbers but for the order of sums. */
export function integerForm(graph: Graph): Graph {
  return patchProducts(spreadTransposedConvs(graph));
}
