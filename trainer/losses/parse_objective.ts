// An objective as people write it on the command line: `bce=1,dice=1,missed=0.25`.

import { type LossName, lossNames, type ObjectiveWeights, objectiveWeights } from "./objective.ts";

/**
 * @param text `name=weight` for each loss that counts, separated by commas; the others weigh 0.
 * @throws SyntaxError when an item is not of that form, RangeError when a loss is not known, named twice or weighs less than
 * 0, or when none counts.
 */
export function parseObjective(text: string): ObjectiveWeights {
  const weights = new Map<LossName, number>();
  for (const item of text.split(",").map((part) => part.trim())) {
    const [, name, number] = /^([a-z-]+)=(\S+)$/.exec(item) ?? [];
    if (name === undefined || number === undefined) {
      throw new SyntaxError(`Cannot read loss "${item}": must be name=weight, as in dice=1`);
    }
    const known = lossNames.find((loss) => loss === name);
    if (known === undefined) {
      throw new RangeError(`No loss "${name}": there is ${lossNames.join(", ")}`);
    }
    if (weights.has(known)) throw new RangeError(`Loss "${name}" is given twice in "${text}"`);
    const weight = Number(number);
    if (!(weight >= 0 && weight < Infinity)) {
      throw new RangeError(`Loss "${name}" must weigh a number of 0 or more, is "${number}"`);
    }
    weights.set(known, weight);
  }
  if (Math.max(...weights.values()) === 0) {
    throw new RangeError(`No loss of "${text}" counts: one must weigh more than 0`);
  }
  return objectiveWeights(Object.fromEntries(weights));
}

/** The reverse of `parseObjective`: losses that weigh nothing are left out. */
export function formatObjective(weights: ObjectiveWeights): string {
  const counting = lossNames.filter((name) => weights[name] > 0);
  return counting.map((name) => `${name}=${weights[name]}`).join(",");
}
