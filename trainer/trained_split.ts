// The split that a model was trained by: what it is measured on must be nothing that it was shown. Opens no picture.

import type { Card } from "../models/card.ts";
import { scanDataset } from "../models/dataset.ts";
import { isPackage, readPackage, sha256Hex } from "../models/package.ts";
import type { Sample } from "../models/sample.ts";
import { type Part, PARTS, readSplit, type Split } from "../models/split.ts";
import { openSplit, splitDataset } from "../models/split_dataset.ts";
import type { TrainConfig } from "./config.ts";
import { dataRoot } from "./data/root.ts";
import { openRun } from "./run_folder.ts";

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

export interface TrainedData {
  /** Folder of the data set. */
  readonly root: string;
  readonly samples: readonly Sample[];
  /** Split file of the package's run; without it the data is split again by the seed and the ratios of the card. */
  readonly file?: string | undefined;
}

/**
 * The split that a package was trained by. Images that have come to the data since are in no part of its file, and are left out.
 *
 * @throws Error when the data is split otherwise than the card says, and as `openSplit`. A card that says nothing is believed.
 */
export async function trainedSplit(
  { name, version, training }: Pick<Card, "name" | "version" | "training">,
  { root, samples, file }: TrainedData,
): Promise<Split> {
  const split = file === undefined
    ? await splitDataset(root, samples, training.split)
    : await openSplit(file, root, await samplesIn(file, samples), training.split);
  const hashes = Object.entries(await hashParts(split, samples));
  const known = training.split.sha256 ?? {};
  const others = hashes.filter(([product, hash]) => (known[product] ?? hash) !== hash);
  if (others.length === 0) return split;
  throw new Error(
    `Cannot split the data as ${name} ${version} was trained: by ${
      file === undefined ? "the seed of its card" : `"${file}"`
    } images of ${others.map(([product]) => product).join(", ")} come into other parts, and it ` +
      `may have learned what it is measured on. Name its split by --split, or to evaluate, variants and light ` +
      `its run by --run; of data that it never saw, deno task evaluate --part all measures every image`,
  );
}

/**
 * The split that a run takes where no flag says one: that of the run or package that it starts with or learns from, unless that
 * knows none of the images.
 *
 * @returns A split or its file, or undefined when the run starts from neither.
 * @throws as opening those does, and as `trainedSplit`; Error when the run starts with one and learns from another that was
 * trained by another split.
 */
export async function inheritedSplit(
  { data, products, from, distillation }: Pick<
    TrainConfig,
    "data" | "products" | "from" | "distillation"
  >,
): Promise<Split | string | undefined> {
  const others = [from, distillation?.teacher].filter((dir) => typeof dir === "string");
  if (others.length === 0) return undefined;
  const root = await dataRoot(data);
  const samples = await scanDataset(root, products);
  const known: { readonly dir: string; readonly split: Split | string }[] = [];
  for (const dir of others) {
    const split = await splitOf(dir, { root, samples });
    if (split !== undefined) known.push({ dir, split });
  }
  const [first, second] = known;
  if (first && second && !await areAlike(first.split, second.split, samples)) {
    throw new Error(
      `"${first.dir}" and "${second.dir}" were trained by different splits of the data: one may have learned what the other is ` +
        `measured on. Name the split to measure by with --split`,
    );
  }
  return first?.split;
}

/** Of a run or a package; undefined where it knows none of the samples. */
async function splitOf(
  dir: string,
  { root, samples }: Pick<TrainedData, "root" | "samples">,
): Promise<Split | string | undefined> {
  if (await isPackage(dir)) {
    const { card } = await readPackage(dir);
    const { sha256 } = card.training.split;
    const isStranger = sha256 !== undefined &&
      samples.every(({ product }) => sha256[product] === undefined);
    return isStranger ? undefined : await trainedSplit(card, { root, samples });
  }
  const { splitFile } = await openRun(dir);
  return (await samplesIn(splitFile, samples)).length > 0 ? splitFile : undefined;
}

/** Whether no image of both splits is in two parts. */
async function areAlike(
  a: Split | string,
  b: Split | string,
  samples: readonly Sample[],
): Promise<boolean> {
  const [first, second] = await Promise.all(
    [a, b].map(async (split) =>
      partsByPath(typeof split === "string" ? await readSplit(split) : split)
    ),
  ) as [Map<string, Part>, Map<string, Part>];
  return samples.every(({ path }) => {
    const [here, there] = [first.get(path), second.get(path)];
    return here === undefined || there === undefined || here === there;
  });
}

function partsByPath({ parts }: Split): Map<string, Part> {
  return new Map(PARTS.flatMap((part) => parts[part].map((path) => [path, part] as const)));
}

async function samplesIn(file: string, samples: readonly Sample[]): Promise<Sample[]> {
  const { parts } = await readSplit(file);
  const paths = new Set(PARTS.flatMap((part) => parts[part]));
  return samples.filter(({ path }) => paths.has(path));
}
