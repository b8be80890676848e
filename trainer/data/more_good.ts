// Further good images, unlabelled and in no split: they widen what a run sees of sound parts.

import { join, relative } from "@std/path";
import { checkSample } from "../../models/dataset.ts";
import { listPictures } from "../../models/dataset_files.ts";
import { exists } from "../../models/files.ts";
import { listSome } from "../../models/list_some.ts";
import { GOOD, type Sample } from "../../models/sample.ts";
import type { Split } from "../../models/split.ts";

export interface MoreGoodOptions {
  /** Folder of the data set, which paths are relative to. */
  readonly root: string;
  /**
   * Whose they are. Images lie in a folder of each one's name; those of a single one may also lie in the folder itself,
   * where there is none of its name.
   */
  readonly products: readonly string[];
  readonly split: Pick<Split, "parts" | "sha256">;
}

/**
 * Lists the images of a folder as good ones.
 *
 * @throws Error when there is none for a product, naming those that cannot be used, and those that are in the validation or
 * test part too.
 */
export async function listMoreGood(
  folder: string,
  { root, products, split }: MoreGoodOptions,
): Promise<Sample[]> {
  const held = new Set(
    [...split.parts.validation, ...split.parts.test].map((path) => split.sha256[path]),
  );
  const samples: Sample[] = [];
  const [measured, wrong]: [string[], string[]] = [[], []];
  for (const product of products) {
    const named = join(folder, product);
    const dir = products.length > 1 || await exists(named) ? named : folder;
    const files = (await listPictures(dir)).map((path) => join(dir, path));
    if (files.length === 0) throw new Error(`Cannot take more good images: "${dir}" has none`);
    for (const file of files) {
      samples.push({ product, path: relative(root, file), defect: GOOD });
      try {
        const sha256 = await checkSample("", { product, path: file, defect: GOOD });
        if (held.has(sha256)) measured.push(file);
      } catch (error) {
        wrong.push(error instanceof Error ? error.message : String(error));
      }
    }
  }
  if (wrong.length > 0) {
    throw new Error(`Cannot take more good images:\n  ${listSome(wrong)}`);
  }
  if (measured.length === 0) return samples;
  throw new Error(
    `Cannot take more good images: what a run is measured on must not train it; ${
      listSome(measured)
    }`,
  );
}
