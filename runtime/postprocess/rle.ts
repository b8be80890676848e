// Run lengths of a mask, as COCO's uncompressed counts but row by row (COCO counts column by column).

import type { Mask } from "../../models/image.ts";

/** Lengths of alternating runs over the row-major mask; the first counts zeros and may be 0. */
export interface RunLengths {
  /** [height, width] in pixels, COCO's order. */
  readonly size: readonly [number, number];
  readonly counts: readonly number[];
}

/** Run lengths of a mask. */
export function encodeRle(mask: Mask): RunLengths {
  const { width, height, data } = mask;
  const counts: number[] = [];
  for (let at = 0, value = 0; at < data.length; value = 1 - value) {
    const next = data.indexOf(1 - value, at);
    const end = next === -1 ? data.length : next;
    counts.push(end - at);
    at = end;
  }
  return { size: [height, width], counts };
}

/**
 * The mask of run lengths.
 *
 * @throws {RangeError} when a count is not a whole number from 0 or the counts do not add up to the size.
 */
export function decodeRle({ size: [height, width], counts }: RunLengths): Mask {
  const pixels = width * height;
  let total = 0;
  for (const count of counts) {
    if (!Number.isSafeInteger(count) || count < 0) {
      throw new RangeError(
        `Cannot decode run lengths: count ${count} is not a whole number from 0`,
      );
    }
    total += count;
  }
  if (total !== pixels) {
    throw new RangeError(
      `Cannot decode run lengths: counts add up to ${total}, ${width}×${height} has ${pixels} pixels`,
    );
  }
  const data = new Uint8Array(pixels);
  let at = 0;
  counts.forEach((count, index) => {
    if (index % 2 === 1) data.fill(1, at, at + count);
    at += count;
  });
  return { width, height, data };
}
