// The checksum of TFRecord files. Knows no record.

/** Castagnoli's polynomial, bits reversed (RFC 3720, 12.1). */
const POLYNOMIAL = 0x82f63b78;

/** What a byte does to the lowest eight bits of the register. */
const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let register = byte;
  for (let bit = 0; bit < 8; bit++) {
    register = register & 1 ? (register >>> 1) ^ POLYNOMIAL : register >>> 1;
  }
  return register;
});

/** CRC-32C of bytes, as iSCSI defines it (RFC 3720, 12.1 and B.4), 0..2³²−1. */
export function crc32c(bytes: Uint8Array): number {
  let register = 0xffffffff;
  for (const byte of bytes) register = TABLE[(register ^ byte) & 0xff]! ^ (register >>> 8);
  return ~register >>> 0;
}

/**
 * CRC-32C rotated and shifted, so that the checksum of bytes that hold checksums stays a good one
 * (tensorflow/core/lib/hash/crc32c.h, `Mask`).
 */
export function maskedCrc32c(bytes: Uint8Array): number {
  const crc = crc32c(bytes);
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}
