// Exif data that says nothing but: turn this picture by 90°. Uses no image library.

import { concat } from "./png.ts";

/** TIFF with one entry, orientation 6, most significant bytes first. */
export const BIG_ENDIAN_TURN = Uint8Array.from([
  ...[0x4d, 0x4d, 0, 42, 0, 0, 0, 8, 0, 1],
  ...[0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0],
]);

/** The same, least significant bytes first. */
export const LITTLE_ENDIAN_TURN = Uint8Array.from([
  ...[0x49, 0x49, 42, 0, 8, 0, 0, 0, 1, 0],
  ...[0x12, 0x01, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0],
]);

/** The APP1 segment of a JPEG. */
export function exifSegment(tiff: Uint8Array = BIG_ENDIAN_TURN): Uint8Array<ArrayBuffer> {
  const head = Uint8Array.of(0xff, 0xe1, 0, 8 + tiff.length, 0x45, 0x78, 0x69, 0x66, 0, 0); // "Exif"
  return concat([head, tiff]);
}
