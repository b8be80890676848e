import { assertEquals } from "@std/assert";
import { encodeJpeg, encodePng } from "../../../models/encode.ts";
import { withoutExif } from "../../../runtime/dashboard/without_exif.ts";
import { BIG_ENDIAN_TURN, exifSegment, LITTLE_ENDIAN_TURN } from "../../helpers/exif.ts";
import { spotImage } from "../../helpers/frames.ts";
import { concat, pngChunk } from "../../helpers/png.ts";

const jpeg = new Uint8Array(await encodeJpeg(spotImage(8, 4), 90));
const png = await encodePng(spotImage(8, 4));
const without = (bytes: Uint8Array<ArrayBuffer>) => concat(withoutExif(bytes));
const inserted = (bytes: Uint8Array, at: number, ...parts: Uint8Array[]) =>
  concat([bytes.subarray(0, at), ...parts, bytes.subarray(at)]);
/** Where the segment after JFIF's begins. */
const AFTER_JFIF = 20;
/** Where the chunk after IHDR begins. */
const AFTER_HEADER = 33;

Deno.test("withoutExif() takes the Exif segments out of a JPEG, big and little endian", () => {
  for (const tiff of [BIG_ENDIAN_TURN, LITTLE_ENDIAN_TURN]) {
    const exif = exifSegment(tiff);
    assertEquals(without(inserted(jpeg, 2, exif)), jpeg);
    assertEquals(without(inserted(jpeg, AFTER_JFIF, exif)), jpeg);
    assertEquals(without(inserted(inserted(jpeg, AFTER_JFIF, exif), 2, exif, exif)), jpeg);
    // A byte that fills up before a marker stays.
    const fill = Uint8Array.of(0xff);
    assertEquals(without(inserted(jpeg, 2, fill, exif)), inserted(jpeg, 2, fill));
  }
});

Deno.test("withoutExif() takes the eXIf chunks out of a PNG", () => {
  const exif = pngChunk("eXIf", BIG_ENDIAN_TURN);
  assertEquals(without(inserted(png, AFTER_HEADER, exif)), png);
  assertEquals(without(inserted(inserted(png, png.length - 12, exif), AFTER_HEADER, exif)), png);
});

Deno.test("withoutExif() leaves everything else as it is", () => {
  const xmp = concat([
    Uint8Array.of(0xff, 0xe1, 0, 31),
    new TextEncoder().encode("http://ns.adobe.com/xap/1.0/\0"),
  ]);
  const others = [
    ...[jpeg, png, inserted(jpeg, 2, xmp), inserted(jpeg, jpeg.length, exifSegment())],
    ...[new Uint8Array(), new Uint8Array(40), new TextEncoder().encode("Exif\0\0, but no picture")],
  ];
  for (const bytes of others) assertEquals(withoutExif(bytes), [bytes]);
});

Deno.test("withoutExif() leaves no byte out of a picture that ends inside its Exif data, and never fails", () => {
  const turned = [
    { whole: inserted(jpeg, 2, exifSegment()), end: 2 + exifSegment().length, plain: jpeg },
    {
      ...{ whole: inserted(png, AFTER_HEADER, pngChunk("eXIf", BIG_ENDIAN_TURN)), plain: png },
      end: AFTER_HEADER + 12 + BIG_ENDIAN_TURN.length,
    },
  ];
  for (const { whole, end, plain } of turned) {
    for (let length = 0; length <= whole.length; length++) {
      const bytes = whole.slice(0, length);
      const expected = length < end ? bytes : plain.slice(0, length - whole.length + plain.length);
      assertEquals(without(bytes), expected, `${length} bytes`);
    }
  }
});
