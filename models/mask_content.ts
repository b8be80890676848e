// Whether a mask picture outlines anything. Knows no data set.

import { decodeMask } from "./decode.ts";
import { sha256Hex } from "./package.ts";

/** By content: a run lists its data set several times, and decoding takes a hundred times as long as hashing. */
const known = new Map<string, boolean>();

/** Whether a mask has a defect pixel; equal bytes are decoded once in a process. Throws ImageError. */
export async function showsDefect(bytes: Uint8Array<ArrayBuffer>): Promise<boolean> {
  const sha256 = await sha256Hex(bytes);
  const shows = known.get(sha256) ?? (await decodeMask(bytes)).data.includes(1);
  known.set(sha256, shows);
  return shows;
}
