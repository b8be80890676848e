// The split of the files on disk: hashed, so that no image is in two parts under two names. Decodes no picture.

import { dirname, join } from "@std/path";
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
 * any more, and images whose file holds something else than when the split was made.
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
  const changed = [...wanted].filter((path) =>
    (split.sha256[path] ?? sha256[path]) !== sha256[path]
  );
  if (changed.length > 0) throw misfit(file, "images have changed since it was made", changed);

  const { train, validation, test } = split.parts;
  const ofWanted = (paths: readonly string[]) => paths.filter((path) => wanted.has(path));
  return {
    ...split,
    parts: { train: ofWanted(train), validation: ofWanted(validation), test: ofWanted(test) },
    sha256,
  };
}

function misfit(file: string, what: string, paths: readonly string[]): Error {
  const named = listSome(paths.map((path) => `"${path}"`));
  return new Error(
    `Cannot use split "${file}": ${what}; restore the data, or make another split file:\n  ${named}`,
  );
}

async function hashSamples(
  root: string,
  samples: readonly Sample[],
): Promise<Record<string, string>> {
  const sha256: Record<string, string> = {};
  for (const { path } of samples) {
    sha256[path] = await sha256Hex(await Deno.readFile(join(root, path)));
  }
  return sha256;
}
