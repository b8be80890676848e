// Finds and loads the samples of a data set in MVTec AD's layout. Knows no split and no network.

import { join } from "@std/path";
import { decodeImage, decodeMask } from "./decode.ts";
import type { Image, Mask } from "./image.ts";

/** One picture of a data set. Paths are relative to the root and use `/`. */
export interface Sample {
  readonly product: string;
  readonly path: string;
  /** `good`, or the type of the defect. */
  readonly defect: string;
  /** Where the defect is outlined; absent for good ones. */
  readonly maskPath?: string;
}

const IMAGE_FILE = /\.(png|jpe?g)$/i;

/**
 * Lists the samples under `<root>/<product>/{train/good, test/<defect>}` with masks at
 * `ground_truth/<defect>/<name>_mask.png` (Bergmann et al., "MVTec AD", CVPR 2019), sorted by path.
 * Without `products` all products are taken. Throws Error when there is no product, a wanted one is
 * absent or has no picture, or a defective picture has no mask.
 */
export async function scanDataset(root: string, products?: readonly string[]): Promise<Sample[]> {
  const there: string[] = [];
  for (const name of await list(root, "isDirectory")) {
    const folders = await list(join(root, name), "isDirectory");
    if (folders.includes("train") || folders.includes("test")) there.push(name);
  }
  if (there.length === 0) {
    throw new Error(
      `Cannot scan "${root}": it has no product, must have <product>/train/good or <product>/test`,
    );
  }
  const absent = products?.filter((product) => !there.includes(product)) ?? [];
  if (absent.length > 0) {
    throw new Error(
      `Cannot scan "${root}": it has no ${absent.join(", ")}, products are ${there.join(", ")}`,
    );
  }
  const samples: Sample[] = [];
  for (const product of new Set(products ?? there)) {
    const found = await scanProduct(root, product);
    if (found.length === 0) throw new Error(`Cannot scan "${root}": ${product} has no PNG or JPEG`);
    samples.push(...found);
  }
  return samples.sort((a, b) => a.path < b.path ? -1 : 1);
}

/**
 * Loads a sample's image and mask; a good one gets an empty mask. Throws ImageError for files that do not
 * decode (the path is in the message) and RangeError when the mask has another size than the image.
 */
export async function loadSample(
  root: string,
  sample: Sample,
): Promise<{ image: Image; mask: Mask }> {
  const image = await read(root, sample.path, decodeImage);
  const { width, height } = image;
  if (sample.maskPath === undefined) {
    return { image, mask: { width, height, data: new Uint8Array(width * height) } };
  }
  const mask = await read(root, sample.maskPath, decodeMask);
  if (mask.width !== width || mask.height !== height) {
    throw new RangeError(
      `Cannot load "${sample.path}": image is ${width}×${height}, ` +
        `mask "${sample.maskPath}" is ${mask.width}×${mask.height}`,
    );
  }
  return { image, mask };
}

async function scanProduct(root: string, product: string): Promise<Sample[]> {
  const samples: Sample[] = [];
  for (const part of ["train", "test"]) {
    for (const defect of await list(join(root, product, part), "isDirectory")) {
      if (part === "train" && defect !== "good") {
        throw new Error(
          `Cannot scan "${root}": ${product}/train has "${defect}", only "good" may be there`,
        );
      }
      const folder = `${product}/${part}/${defect}`;
      const names = (await list(join(root, folder), "isFile")).filter((n) => IMAGE_FILE.test(n));
      if (defect === "good") {
        samples.push(...names.map((name) => ({ product, path: `${folder}/${name}`, defect })));
        continue;
      }
      const maskFolder = `${product}/ground_truth/${defect}`;
      const masks = new Set(await list(join(root, maskFolder), "isFile"));
      for (const name of names) {
        const mask = name.replace(IMAGE_FILE, "_mask.png");
        const [path, maskPath] = [`${folder}/${name}`, `${maskFolder}/${mask}`];
        if (!masks.has(mask)) {
          throw new Error(`Cannot scan "${root}": "${path}" has no mask, must be "${maskPath}"`);
        }
        samples.push({ product, path, defect, maskPath });
      }
    }
  }
  return samples;
}

/** Sorted names in a folder; an absent folder is empty. */
async function list(folder: string, kind: "isFile" | "isDirectory"): Promise<string[]> {
  try {
    const entries = await Array.fromAsync(Deno.readDir(folder));
    return entries.filter((entry) => entry[kind]).map((entry) => entry.name).sort();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

async function read<T>(
  root: string,
  path: string,
  decode: (bytes: Uint8Array) => Promise<T>,
): Promise<T> {
  try {
    return await decode(await Deno.readFile(join(root, path)));
  } catch (error) {
    if (error instanceof Error) error.message = `${error.message} (in "${path}")`;
    throw error;
  }
}
