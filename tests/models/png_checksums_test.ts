import { assertEquals, assertThrows } from "@std/assert";
import { ImageError } from "../../models/image_header.ts";
import { checkPngChecksums } from "../../models/png_checksums.ts";
import { concat, makePng, pngChunk } from "../helpers/png.ts";

const png = await makePng({
  ...{ width: 1, height: 1, depth: 8, colorType: 0 },
  scanLines: Uint8Array.of(0, 9),
});
const note = pngChunk("tEXt", new TextEncoder().encode("a\0b"));

Deno.test("checkPngChecksums() names a damaged chunk that is needed, and where it is", () => {
  const bytes = concat([new Uint8Array(3), png.subarray(0, 33), note, png.subarray(33)]).subarray(
    3,
  );
  checkPngChecksums(bytes);
  for (
    const [at, damaged] of [
      [16, "IHDR chunk at byte 8"],
      [31, "IHDR chunk at byte 8"],
      [33 + note.length + 9, `IDAT chunk at byte ${33 + note.length}`],
      [33 + 8, undefined],
      [bytes.length - 1, undefined],
    ] as const
  ) {
    const copy = bytes.slice();
    copy[at]! ^= 1;
    if (damaged === undefined) checkPngChecksums(copy);
    else {
      const { code } = assertThrows(() => checkPngChecksums(copy), ImageError, damaged);
      assertEquals(code, "corrupt");
    }
  }
});
