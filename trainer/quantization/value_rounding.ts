// What every value of a graph is rounded by, and for whom: int8 and the training that rounds as int8 does both ask here.

import type { Graph } from "../onnx/graph.ts";
import type { Rounding } from "../ops/tfjs_rounded.ts";
import { planQuantization, type QuantizationPlan } from "./plan_quantization.ts";
import type { ValueRange } from "./scales.ts";

/**
 * The range of a value that becomes integers, as a function of its name.
 *
 * @param ranges What each value of the plan was seen to hold.
 * @throws RangeError (the function) naming a value that has none.
 */
export function rangeReader(
  graph: Graph,
  { rangeSource }: QuantizationPlan,
  ranges: ReadonlyMap<string, ValueRange>,
): (value: string) => ValueRange {
  /** What a sigmoid gives, whatever a sample showed: a level for each byte of a map. */
  const bounds = new Map(
    graph.nodes.filter(({ op }) => op === "Sigmoid")
      .map(({ outputs: [output = ""] }) => [output, { min: 0, max: 1 }]),
  );
  return (value) => {
    const range = bounds.get(value) ?? ranges.get(rangeSource.get(value) ?? value);
    if (range === undefined) throw new RangeError(`Cannot quantize: "${value}" has no range`);
    return range;
  };
}

/** Values that nobody reads as they are: what nodes in integers give, and what a ReLU gives that is fused into one. */
export function valuesRoundedForAll(
  graph: Graph,
  { computing, linking, values }: QuantizationPlan,
): Set<string> {
  const results = [...computing, ...linking].flatMap(({ outputs }) => outputs);
  const open = new Set([...computing].flatMap(({ outputs }) => outputs));
  const closing = graph.nodes.filter(({ op, inputs: [input = ""] }) =>
    op === "Relu" && open.has(input) && !values.has(input)
  ).flatMap(({ outputs }) => outputs);
  return new Set([...results, ...closing].filter((value) => values.has(value)));
}

/** @throws RangeError naming a value that has no range. */
export function roundingOf(graph: Graph, ranges: ReadonlyMap<string, ValueRange>): Rounding {
  const plan = planQuantization(graph);
  const rangeOf = rangeReader(graph, plan, ranges);
  const forAll = valuesRoundedForAll(graph, plan);
  const isRead = (value: string) => plan.values.has(value) && !forAll.has(value);
  return {
    computing: new Set([...plan.computing].map(({ name }) => name)),
    inputs: new Map([...plan.computing, ...plan.linking].map(({ name, inputs }) => [
      name,
      inputs.map((value) => isRead(value) ? rangeOf(value) : undefined),
    ])),
    outputs: new Map([...forAll].map((value) => [value, rangeOf(value)])),
  };
}
