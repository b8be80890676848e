// Further good images, unlabelled and in no split: they widen what a run sees of sound parts.

import { join, relative } from "@std/path";
import { listPictures } from "../../models/dataset_files.ts";
import { listSome } from "../../models/list_some.ts";
import { sha256Hex } from "../../models/package.ts";
import { GOOD, type Sample } from "../../models/sample.ts";
import type { Split } from "../../models/split.ts";

export interface MoreGoodOptions {
  /** Folder of the data set, which paths are relative to. */
  readonly root: string;
  /** Whose they are: images lie in the folder itself for one product, in a folder of each name for several. */
  readonly products: readonly string[];
  readonly split: Pick<Split, "parts" | "sha256">;
}

/**
 * Lists the images of a folder as good ones.
 *
 * @throws Error when there is none for a product, and naming those that are in the validation or test part too.
 */
export async function listMoreGood(
  folder: string,
  { root, products, split }: MoreGoodOptions,
): Promise<Sample[]> {
  const folders = products.length === 1
    ? [{ product: products[0]!, dir: folder }]
    : products.map((product) => ({ product, dir: join(folder, product) }));
  const held = new Set(
    [...split.parts.validation, ...split.parts.test].map((path) => split.sha256[path]),
  );
  const samples: Sample[] = [];
  const measured: string[] = [];
  for (const { product, dir } of folders) {
    const files = (await listPictures(dir)).map((path) => join(dir, path));
    if (files.length === 0) throw new Error(`Cannot take more good images: "${dir}" has none`);
    for (const file of files) {
      if (held.has(await sha256Hex(await Deno.readFile(file)))) measured.push(file);
      samples.push({ product, path: relative(root, file), defect: GOOD });
    }
  }
  if (measured.length === 0) return samples;
  throw new Error(
    `Cannot take more good images: what a run is measured on must not train it; ${
      listSome(measured)
    }`,
  );
}
