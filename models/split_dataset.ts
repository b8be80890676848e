// The split of the files on disk: hashed, so that no image is in two parts under two names. Decodes no picture.

import { dirname, join } from "@std/path";
import { readDataFile } from "./dataset_read.ts";
import { exists } from "./files.ts";
import { listSome } from "./list_some.ts";
import { sha256Hex } from "./package.ts";
import type { Sample } from "./sample.ts";
import {
  PARTS,
  readSplit,
  type Split,
  type SplitOptions,
  splitSamples,
  tornFiles,
  writeSplit,
} from "./split.ts";

/** Splits samples as `splitSamples` does, by what their files hold. */
export async function splitDataset(
  root: string,
  samples: readonly Sample[],
  options: Omit<SplitOptions, "sha256">,
): Promise<Split> {
  return splitSamples(samples, { ...options, sha256: await hashSamples(root, samples) });
}

/**
 * The split in a file, or where there is none the one that is made by the options and written to it. Of a split that
 * also has images of other products, what concerns these samples is given.
 * Throws what `readSplit` throws, and Error naming samples that are in no part, images that are not in the data set
 * any more, images whose file holds something else than when the split was made, and identical ones in two parts.
 */
export async function openSplit(
  file: string,
  root: string,
  samples: readonly Sample[],
  options: Omit<SplitOptions, "sha256">,
): Promise<Split> {
  if (await exists(file)) return await fit(file, await readSplit(file), root, samples);
  const split = await splitDataset(root, samples, options);
  await Deno.mkdir(dirname(file), { recursive: true });
  await writeSplit(file, split);
  return split;
}

async function fit(
  file: string,
  split: Split,
  root: string,
  samples: readonly Sample[],
): Promise<Split> {
  const wanted = new Set(samples.map(({ path }) => path));
  const inSplit = new Set(PARTS.flatMap((part) => split.parts[part]));
  const sha256 = await hashSamples(root, samples);

  const unknown = [...wanted].filter((path) => !inSplit.has(path));
  if (unknown.length > 0) throw misfit(file, "images of the data are in no part of it", unknown);
  const missing: string[] = [];
  for (const path of inSplit) {
    // A file that is there and not wanted belongs to a product that is not asked for.
    if (!wanted.has(path) && !await exists(join(root, path))) missing.push(path);
  }
  if (missing.length > 0) throw misfit(file, "images of it are not in the data", missing);
  const changed = changedImages(split, sha256);
  if (changed.length > 0) throw misfit(file, "images have changed since it was made", changed);

  const { train, validation, test } = split.parts;
  const ofWanted = (paths: readonly string[]) => paths.filter((path) => wanted.has(path));
  const fitting = {
    ...split,
    parts: { train: ofWanted(train), validation: ofWanted(validation), test: ofWanted(test) },
    sha256,
  };
  const torn = tornFiles(fitting);
  if (torn.length === 0) return fitting;
  const groups = torn.map((paths) => paths.map((path) => `"${path}"`).join(" and "));
  throw new Error(
    `Cannot use split "${file}": images in two parts of it are the same file; put each into one part, ` +
      `or make another split file:\n  ${listSome(groups)}`,
  );
}

function misfit(file: string, what: string, paths: readonly string[]): Error {
  const named = listSome(paths.map((path) => `"${path}"`));
  return new Error(
    `Cannot use split "${file}": ${what}; restore the data, or make another split file:\n  ${named}`,
  );
}

/** Paths whose file has another hash than when a split was made; of those that it has none of nothing is known. */
export function changedImages(
  split: Pick<Split, "sha256">,
  sha256: Readonly<Record<string, string>>,
): string[] {
  return Object.keys(sha256).filter((path) =>
    (split.sha256[path] ?? sha256[path]) !== sha256[path]
  );
}

/** SHA-256 of what the images' files hold, by path. */
export async function hashSamples(
  root: string,
  samples: readonly Sample[],
): Promise<Record<string, string>> {
  const sha256: Record<string, string> = {};
  for (const { path } of samples) {
    sha256[path] = await sha256Hex(await readDataFile(root, path));
  }
  return sha256;
}
