// The samples of a data set, in whatever layout it comes, and their pixels. Knows no split and no network.

import { labelled, listDataset } from "./dataset_listing.ts";
import { readDataFile } from "./dataset_read.ts";
import { checkImage, decodeImage, decodeMask } from "./decode.ts";
import type { Image, Mask } from "./image.ts";
import { listSome } from "./list_some.ts";
import { showsDefect } from "./mask_content.ts";
import { sha256Hex } from "./package.ts";
import { checkPngChecksums } from "./png_checksums.ts";
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
  const mask = await loadMask(root, sample, image) ??
    { width, height, data: new Uint8Array(width * height) };
  return { image, mask };
}

/**
 * Throws what `loadSample` throws, without decoding the image: of that the kind is read, the size, whether the file goes
 * on to its end, and of a PNG whether it holds what was written. Gives the SHA-256 of the image's file, which need not be
 * read again for it.
 */
export async function checkSample(root: string, sample: Sample): Promise<string> {
  const image = await read(root, sample.path, async (bytes) => {
    const header = checkImage(bytes);
    if (header.format === "png") checkPngChecksums(bytes);
    return { ...header, sha256: await sha256Hex(bytes) };
  });
  await loadMask(root, sample, image);
  return image.sha256;
}

async function loadMask(
  root: string,
  { path, maskPath }: Sample,
  { width, height }: Pick<Image, "width" | "height">,
): Promise<Mask | undefined> {
  if (maskPath === undefined) return undefined;
  const mask = await read(root, maskPath, decodeMask);
  if (mask.width === width && mask.height === height) return mask;
  throw new RangeError(
    `Cannot load "${path}": image is ${width}×${height}, ` +
      `mask "${maskPath}" is ${mask.width}×${mask.height}`,
  );
}

async function read<T>(
  root: string,
  path: string,
  decode: (bytes: Uint8Array<ArrayBuffer>) => T | Promise<T>,
): Promise<T> {
  try {
    return await decode(await readDataFile(root, path));
  } catch (error) {
    if (error instanceof Error) error.message = `${error.message} (in "${path}")`;
    throw error;
  }
}
