import { assertEquals } from "@std/assert";
import { crc32c, maskedCrc32c } from "../../../trainer/tensorboard/crc32c.ts";

Deno.test("crc32c() gives the values of RFC 3720, B.4", () => {
  const rising = Uint8Array.from({ length: 32 }, (_, i) => i);
  const readCommand = Uint8Array.fromHex(
    "01c00000000000000000000000000000" + "14000000000004000000001400000018" +
      "28000000000000000200000000000000",
  );
  for (
    const [bytes, expected] of [
      [new Uint8Array(32), 0x8a9136aa],
      [new Uint8Array(32).fill(0xff), 0x62a8ab43],
      [rising, 0x46dd794e],
      [rising.toReversed(), 0x113fdb5c],
      [readCommand, 0xd9963a56],
      [new Uint8Array(), 0],
    ] as const
  ) assertEquals(crc32c(bytes), expected);
});

Deno.test("maskedCrc32c() gives what TensorFlow writes before a record of 24 bytes", () => {
  // The first twelve bytes of many event files: the version record's length and its checksum.
  assertEquals(maskedCrc32c(Uint8Array.of(24, 0, 0, 0, 0, 0, 0, 0)), 0x224b7fa3);
});
