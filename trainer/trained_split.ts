// The split that a model was trained by: what it is measured on must be nothing that it was shown. Opens no picture.

import type { Card } from "../models/card.ts";
import { productsSplitOtherwise, splitByCard } from "../models/card_split.ts";
import { scanDataset } from "../models/dataset.ts";
import { isPackage, readPackage } from "../models/package.ts";
import type { Sample } from "../models/sample.ts";
import { PARTS, readSplit, type Split } from "../models/split.ts";
import { openSplit } from "../models/split_dataset.ts";
import type { TrainConfig } from "./config.ts";
import { dataRoot } from "./data/root.ts";
import { openRun } from "./run_folder.ts";

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
    ? await splitByCard(training.split, root, samples)
    : await openSplit(file, root, await samplesIn(file, samples), training.split);
  const others = await productsSplitOtherwise(training.split, split, samples);
  if (others.length === 0) return split;
  throw new Error(
    `Cannot split the data as ${name} ${version} was trained: by ${
      file === undefined ? "the seed of its card" : `"${file}"`
    } images of ${others.join(", ")} come into other parts, and it ` +
      `may have learned what it is measured on. Name its split by --split, or to evaluate, variants and light ` +
      `its run by --run; of data that it never saw, deno task evaluate --part all measures every image`,
  );
}

/**
 * The split that a run takes where no flag says one: that of the run or package that it starts with or learns from, unless that
 * knows none of the images. Those that came later are in no part of it.
 *
 * @param say Told how many came later.
 * @returns Undefined when the run starts from neither.
 * @throws as opening those does, and as `trainedSplit`; Error when the run starts with one and learns from another that was
 * trained by another split.
 */
export async function inheritedSplit(
  { data, products, from, distillation }: Pick<
    TrainConfig,
    "data" | "products" | "from" | "distillation"
  >,
  say: (line: string) => void = console.error,
): Promise<Split | undefined> {
  const others = [from, distillation?.teacher].filter((dir) => typeof dir === "string");
  if (others.length === 0) return undefined;
  const root = await dataRoot(data);
  const samples = await scanDataset(root, products);
  const known: { readonly dir: string; readonly split: Split }[] = [];
  for (const dir of others) {
    const split = await splitOf(dir, { root, samples });
    if (split === undefined) continue;
    known.push({ dir, split });
    const later = samples.length - pathsOf(split).size;
    if (later === 0) continue;
    say(
      `${later} images came after the split of "${dir}" and are in no part of it: they are left out`,
    );
  }
  const [first, second] = known;
  if (first && second && !areAlike(first.split, second.split)) {
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
): Promise<Split | undefined> {
  if (await isPackage(dir)) {
    const { card } = await readPackage(dir);
    const { sha256 } = card.training.split;
    const isStranger = sha256 !== undefined &&
      samples.every(({ product }) => sha256[product] === undefined);
    return isStranger ? undefined : await fitting(dir, trainedSplit(card, { root, samples }));
  }
  const { split, splitFile } = await openRun(dir);
  const paths = pathsOf(split);
  const known = samples.filter(({ path }) => paths.has(path));
  if (known.length === 0) return undefined;
  // Of a product that it knows nothing of, every image would be left out.
  const products = new Set(known.map(({ product }) => product));
  const asked = samples.filter(({ path, product }) => paths.has(path) || !products.has(product));
  return await fitting(dir, openSplit(splitFile, root, asked, split));
}

/** @throws Error that names the ways to another split, where that of `dir` does not fit the data. */
async function fitting(dir: string, split: Promise<Split>): Promise<Split> {
  try {
    return await split;
  } catch (cause) {
    throw new Error(
      `Cannot split the data as "${dir}" was trained: it may have learned what a new split measures it on. Name a split by ` +
        `--split; of other data, where images only have the same names, --split-seed 0 makes one`,
      { cause },
    );
  }
}

/** Whether no image of both splits is in two parts. */
function areAlike(a: Split, b: Split): boolean {
  const parts = new Map(PARTS.flatMap((part) => a.parts[part].map((path) => [path, part])));
  return PARTS.every((part) => b.parts[part].every((path) => (parts.get(path) ?? part) === part));
}

function pathsOf({ parts }: Pick<Split, "parts">): Set<string> {
  return new Set(PARTS.flatMap((part) => parts[part]));
}

async function samplesIn(file: string, samples: readonly Sample[]): Promise<Sample[]> {
  const paths = pathsOf(await readSplit(file));
  return samples.filter(({ path }) => paths.has(path));
}
