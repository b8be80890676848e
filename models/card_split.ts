// Whether data is split as a card says: which image was in which part when its package was trained. Opens no picture.

import type { Card } from "./card.ts";
import { sha256Hex } from "./package.ts";
import type { Sample } from "./sample.ts";
import { PARTS, type Split, splitSamples } from "./split.ts";
import { splitDataset } from "./split_dataset.ts";

/** What a card says of the split. */
export type CardSplit = Card["training"]["split"];

/** SHA-256 of each product's parts, for the card: which image is in which, whatever their order. */
export async function hashParts(
  split: Pick<Split, "parts">,
  samples: readonly Sample[],
): Promise<Record<string, string>> {
  const productOf = new Map(samples.map(({ path, product }) => [path, product]));
  const hashes: Record<string, string> = {};
  for (const product of new Set(productOf.values())) {
    const parts = PARTS.map((part) =>
      split.parts[part].filter((path) => productOf.get(path) === product).sort()
    );
    hashes[product] = await sha256Hex(new TextEncoder().encode(JSON.stringify(parts)));
  }
  return hashes;
}

/** Products whose images are in other parts than the card says. One that says nothing is believed. */
export async function productsSplitOtherwise(
  { sha256 }: CardSplit,
  split: Pick<Split, "parts">,
  samples: readonly Sample[],
): Promise<string[]> {
  return Object.entries(await hashParts(split, samples))
    .filter(([product, hash]) => (sha256?.[product] ?? hash) !== hash)
    .map(([product]) => product);
}

/**
 * The data split again by the seed and the ratios of a card. That is not what its package was trained by where the data has
 * changed since or a split file told otherwise: `productsSplitOtherwise` finds out.
 */
export async function splitByCard(
  said: CardSplit,
  root: string,
  samples: readonly Sample[],
): Promise<Split> {
  const { seed, ratios } = said;
  const split = await splitDataset(root, samples, { seed, ratios });
  const fits = (await productsSplitOtherwise(said, split, samples)).length === 0;
  if (said.sha256 !== undefined && fits) return split;
  // As packages were split before each part got one of few defects; those whose card says nothing are older still.
  return splitSamples(samples, { seed, ratios, sha256: split.sha256, spreadsDefects: false });
}
