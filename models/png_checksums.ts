// Whether a PNG holds what was written: the checksum that ends each of its chunks. Takes no pixel memory.

import { crc32 } from "node:zlib";
import { ImageError } from "./image_header.ts";

/**
 * Checks the CRC-32 of type and data of every chunk that a decoder needs (W3C PNG, 5.3 and 5.5) up to the end mark, which
 * must be there; of others, whose name begins small, a damaged one spoils no pixel. Throws ImageError `corrupt`.
 */
export function checkPngChecksums(bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 8;;) {
    const end = at + 8 + view.getUint32(at);
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (type === "IEND") return;
    const isNeeded = (bytes[at + 4]! & 0x20) === 0;
    if (isNeeded && crc32(bytes.subarray(at + 4, end)) !== view.getUint32(end)) {
      throw new ImageError(
        "corrupt",
        `Cannot decode PNG: its ${type} chunk at byte ${at} is damaged`,
      );
    }
    at = end + 4;
  }
}
