// Defects of a product over the parts of a split: each part needs one to be of use. Opens no picture.

import { GOOD, type Sample } from "./sample.ts";

/** What is to be done where a product has fewer defects than there are parts. */
export const fewDefectsRemedy =
  "three of a product are needed, one each to train, validate and test with; label more, or move these out of the " +
  "data: the network then learns from good parts alone, with synthetic defects";

/** How many images with a defect each product has that has any; identical ones count once. */
export function countDefects(
  samples: readonly Sample[],
  sha256: Readonly<Record<string, string>>,
): Map<string, number> {
  const defective = samples.filter(({ defect }) => defect !== GOOD);
  const byProduct = [...Map.groupBy(defective, ({ product }) => product)];
  return new Map(
    byProduct.map(([product, ofProduct]) => [
      product,
      new Set(ofProduct.map(({ path }) => sha256[path] ?? path)).size,
    ]),
  );
}

/**
 * Gives each part of a product that has no defect one of the part that has most, of the type that this has most of, and
 * takes a good image back where there is one. Does nothing where there are fewer defects than parts.
 *
 * @param parts Paths of the product in each part that is to have a defect, in the order in which they were drawn; changed.
 * @param defectOf Type of a path's defect, or `good`.
 */
export function spreadDefects(
  parts: readonly string[][],
  defectOf: (path: string) => string,
): void {
  const isDefective = (path: string) => defectOf(path) !== GOOD;
  const defective = (part: readonly string[]) => part.filter(isDefective);
  if (parts.flatMap(defective).length < parts.length) return;
  for (const part of parts) {
    if (part.some(isDefective)) continue;
    const giver = largest(parts, (other) => defective(other).length);
    const types = [...Map.groupBy(defective(giver), defectOf).values()];
    const given = largest(types, ({ length }) => length).at(-1)!;
    const back = part.findIndex((path) => !isDefective(path));
    const returned = back === -1 ? [] : part.splice(back, 1);
    giver.splice(giver.indexOf(given), 1, ...returned);
    part.push(given);
  }
}

/** The first of those for which `size` is largest. */
function largest<T>(items: readonly T[], size: (item: T) => number): T {
  return items.reduce((most, item) => size(item) > size(most) ? item : most);
}
