// The samples of a data set, in whatever layout it comes, and their pixels. Knows no split and no network.

import { join } from "@std/path";
import { labelled, listDataset } from "./dataset_listing.ts";
import { decodeImage, decodeMask } from "./decode.ts";
import type { Image, Mask } from "./image.ts";
import { listSome } from "./list_some.ts";
import { showsDefect } from "./mask_content.ts";
import { GOOD, type Sample } from "./sample.ts";

export type { Sample };

/**
 * Lists the samples of a folder, sorted by path, with the label that counts (see `labelled`). Where masks decide
 * it, they are decoded. Without `products` all products are taken; one name names a root that is itself the product.
 * Throws Error when there is no product or a wanted one is absent, and naming the files and folders that are not
 * as their layout asks; ImageError for a mask that does not decode.
 */
export async function scanDataset(root: string, products?: readonly string[]): Promise<Sample[]> {
  const { layout, samples, problems } = await listDataset(root, products);
  // A type of defect without an image spoils nothing.
  const serious = problems.filter(({ kind }) => kind !== "empty-class");
  if (serious.length > 0) {
    const messages = serious.map(({ message }) => message);
    throw new Error(`Cannot scan "${root}": ${listSome(messages)}`);
  }
  if (layout === "mvtec") return [...samples];
  const decided: Sample[] = [];
  for (const sample of samples) {
    const { defect, maskPath } = sample;
    const shows = defect !== GOOD && maskPath !== undefined &&
      await read(root, maskPath, showsDefect);
    decided.push(labelled(layout, sample, shows));
  }
  return decided;
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

async function read<T>(
  root: string,
  path: string,
  decode: (bytes: Uint8Array<ArrayBuffer>) => Promise<T>,
): Promise<T> {
  try {
    return await decode(await Deno.readFile(join(root, path)));
  } catch (error) {
    if (error instanceof Error) error.message = `${error.message} (in "${path}")`;
    throw error;
  }
}
