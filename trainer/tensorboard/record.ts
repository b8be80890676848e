// Bytes → one record of a TFRecord file. Knows not what the bytes say.

import { maskedCrc32c } from "./crc32c.ts";

/**
 * Frames bytes as a record: u64 length, masked CRC-32C of the length, the bytes, masked CRC-32C of the bytes, all
 * little endian (https://www.tensorflow.org/tutorials/load_data/tfrecord#tfrecords_format_details).
 */
export function toRecord(data: Uint8Array): Uint8Array<ArrayBuffer> {
  const record = new Uint8Array(12 + data.length + 4);
  const view = new DataView(record.buffer);
  view.setBigUint64(0, BigInt(data.length), true);
  view.setUint32(8, maskedCrc32c(record.subarray(0, 8)), true);
  record.set(data, 12);
  view.setUint32(12 + data.length, maskedCrc32c(data), true);
  return record;
}
