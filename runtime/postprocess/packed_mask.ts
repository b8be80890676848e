// A mask at one bit a pixel, as it travels. Loads in a browser: imports types only.

import type { Mask } from "../../models/image.ts";
import type { PackedMask } from "../reply.ts";

/** Packs a mask: most significant bit first, rows padded with zeros to whole bytes. */
export function packMask({ width, height, data }: Mask): PackedMask {
  const rowBytes = Math.ceil(width / 8);
  const bits = new Uint8Array(rowBytes * height);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at++) {
      if (data[at] === 1) bits[y * rowBytes + (x >> 3)]! |= 0x80 >> (x & 7);
    }
  }
  return { width, height, bits };
}

/**
 * The mask of packed bits. Padding bits are ignored.
 *
 * @throws {RangeError} when there are not exactly ⌈width / 8⌉ × height bytes.
 */
export function unpackMask({ width, height, bits }: PackedMask): Mask {
  const rowBytes = Math.ceil(width / 8);
  if (bits.length !== rowBytes * height) {
    throw new RangeError(
      `Cannot unpack mask: ${width}×${height} needs ${rowBytes * height} bytes, got ${bits.length}`,
    );
  }
  const data = new Uint8Array(width * height);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at++) {
      data[at] = (bits[y * rowBytes + (x >> 3)]! >> (7 - (x & 7))) & 1;
    }
  }
  return { width, height, data };
}
