import { assertEquals } from "@std/assert";
import { maskedCrc32c } from "../../../trainer/tensorboard/crc32c.ts";
import { toRecord } from "../../../trainer/tensorboard/record.ts";

Deno.test("toRecord() puts length and checksums around the bytes", () => {
  const record = toRecord(Uint8Array.of(7, 8, 9));
  const view = new DataView(record.buffer);
  assertEquals(record.length, 8 + 4 + 3 + 4);
  assertEquals(view.getBigUint64(0, true), 3n);
  assertEquals(view.getUint32(8, true), maskedCrc32c(Uint8Array.of(3, 0, 0, 0, 0, 0, 0, 0)));
  assertEquals([...record.subarray(12, 15)], [7, 8, 9]);
  assertEquals(view.getUint32(15, true), maskedCrc32c(Uint8Array.of(7, 8, 9)));
});
