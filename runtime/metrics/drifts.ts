// The drift of each version that is in memory, each against its own card. Knows no metric.

import { createDrift, type Drift } from "./drift.ts";

interface Version {
  readonly name: string;
  readonly version: string;
}

export interface Drifts {
  /** @param score highest of a frame's map, 0..1. */
  add(of: Version, score: number): void;
  /** Those that have an index; all that are not in memory are forgotten. */
  indices(inMemory: readonly Version[]): readonly (Version & { readonly index: number })[];
}

/** @param scoresOf counts of image scores of a version's card: others than before are those of another card. */
export function createDrifts(
  scoresOf: (name: string, version: string) => readonly number[] | undefined,
): Drifts {
  const drifts = new Map<string, Version & { reference: readonly number[]; drift: Drift }>();
  const keyOf = ({ name, version }: Version) => `${name} ${version}`;
  return {
    add({ name, version }, score) {
      const key = keyOf({ name, version });
      const reference = scoresOf(name, version);
      if (!reference) return void drifts.delete(key);
      const found = drifts.get(key);
      const one = found?.reference === reference
        ? found
        : { name, version, reference, drift: createDrift(reference) };
      drifts.set(key, one);
      one.drift.add(score);
    },
    indices(inMemory) {
      const there = new Set(inMemory.map(keyOf));
      for (const key of drifts.keys()) if (!there.has(key)) drifts.delete(key);
      return [...drifts.values()].flatMap(({ name, version, drift }) => {
        const index = drift.index();
        return index === undefined ? [] : [{ name, version, index }];
      });
    },
  };
}
