// Opens the files of one sample once: what they hold, or why they cannot be used. Knows no other sample.

import type { Problem, ProblemKind } from "../../models/dataset_listing.ts";
import { readDataFile } from "../../models/dataset_read.ts";
import { decodeImage, decodeMaskPicture, readHeader } from "../../models/decode.ts";
import type { Image } from "../../models/image.ts";
import { pngDepth } from "../../models/image_header.ts";
import { sha256Hex } from "../../models/package.ts";
import type { Sample } from "../../models/sample.ts";

/** What the files of a sample hold. */
export interface Content {
  /** Of the image file. */
  readonly sha256: string;
  /** Pixels in a row. */
  readonly width: number;
  /** Rows. */
  readonly height: number;
  /** Whether every pixel has three equal channels, however the file stores it. */
  readonly isGrey: boolean;
  readonly hasMask: boolean;
  /** How many pixels the mask outlines; 0 without one. */
  readonly defectPixels: number;
  /**
   * Of the pixels of a PNG mask that are outlined or in an area that is not black, the share that counts as sound, 0..1. (A
   * JPEG's black may be a level off.)
   */
  readonly faintShare: number;
  /** No value of the image is above this one; only of a PNG of 16 bits a channel. */
  readonly largestOf16Bits?: number;
}

/** Reads and decodes image and mask. All that is wrong with them comes back; nothing is thrown for it. */
export async function inspectSample(
  root: string,
  { path, maskPath }: Sample,
): Promise<{ content?: Content; problems: Problem[] }> {
  const problems: Problem[] = [];
  const read = async <T>(
    file: string,
    kind: ProblemKind,
    decode: (bytes: Uint8Array<ArrayBuffer>) => Promise<T>,
  ): Promise<T | undefined> => {
    try {
      return await decode(await readDataFile(root, file));
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      problems.push({ kind, path: file, message: `"${file}" cannot be used: ${message}` });
      return undefined;
    }
  };
  const picture = await read(path, "unreadable-image", async (bytes) => ({
    sha256: await sha256Hex(bytes),
    image: await decodeImage(bytes),
    has16Bits: isPng(bytes) && pngDepth(bytes) === 16,
  }));
  const outlined = maskPath === undefined
    ? undefined
    : await read(maskPath, "unreadable-mask", async (bytes) => {
      const { mask, faintPixels } = await decodeMaskPicture(bytes);
      return { mask, faintPixels: isPng(bytes) ? faintPixels : 0 };
    });
  if (picture === undefined || problems.length > 0) return { problems };

  const { image: { width, height }, image, sha256, has16Bits } = picture;
  const mask = outlined?.mask;
  if (mask !== undefined && (mask.width !== width || mask.height !== height)) {
    const message =
      `"${maskPath}" is ${mask.width}×${mask.height}, must be ${width}×${height} as "${path}" is`;
    return { problems: [{ kind: "mask-size", path: maskPath!, message }] };
  }
  const defectPixels = mask?.data.reduce((sum, pixel) => sum + pixel, 0) ?? 0;
  const faintPixels = outlined?.faintPixels ?? 0;
  return {
    content: {
      ...{ sha256, width, height, isGrey: isGrey(image), hasMask: mask !== undefined },
      defectPixels,
      faintShare: faintPixels === 0 ? 0 : faintPixels / (faintPixels + defectPixels),
      ...(has16Bits && { largestOf16Bits: 256 * largest(image) + 255 }), // the lower byte is not kept
    },
    problems,
  };
}

function isPng(bytes: Uint8Array): boolean {
  return readHeader(bytes).format === "png";
}

function largest({ data }: Image): number {
  return data.reduce((most, value) => Math.max(most, value), 0);
}

function isGrey({ data }: Image): boolean {
  for (let at = 0; at < data.length; at += 3) {
    if (data[at] !== data[at + 1] || data[at] !== data[at + 2]) return false;
  }
  return true;
}
