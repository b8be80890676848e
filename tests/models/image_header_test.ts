import { assertEquals, assertThrows } from "@std/assert";
import { checkComplete, ImageError, readHeader } from "../../models/image_header.ts";
import { concat, makePng, makePngHeader } from "../helpers/png.ts";

const SOI = [0xff, 0xd8];
const EOI = [0xff, 0xd9];

/** A frame header segment (T.81, B.2.2) with `channels` components. */
function frameHeader(marker: number, width: number, height: number, channels = 3, precision = 8) {
  const size = [height >> 8, height & 255, width >> 8, width & 255];
  const components = Array.from({ length: channels }, (_, i) => [i + 1, 0x11, 0]).flat();
  return [0xff, marker, 0, 8 + components.length, precision, ...size, channels, ...components];
}

function codeOf(action: () => unknown): string {
  const error = assertThrows(action, ImageError);
  return error.code;
}

Deno.test("readHeader() reads the size of a PNG, also from a view into a larger buffer", () => {
  const png = makePngHeader(30_000, 20_000);
  assertEquals(readHeader(png), { format: "png", width: 30_000, height: 20_000 });
  const view = concat([new Uint8Array(5), png]).subarray(5);
  assertEquals(readHeader(view), { format: "png", width: 30_000, height: 20_000 });
});

Deno.test("readHeader() reads the size of baseline, extended and progressive JPEG", () => {
  const comment = [0xff, 0xfe, 0, 4, 0xff, 0xc0]; // bytes inside a segment are not markers
  for (const marker of [0xc0, 0xc1, 0xc2]) {
    const bytes = Uint8Array.from([...SOI, ...comment, 0xff, ...frameHeader(marker, 640, 480)]);
    assertEquals(readHeader(bytes), { format: "jpeg", width: 640, height: 480 });
  }
});

Deno.test("readHeader() names what other bytes look like", () => {
  const looks: [string, string | number[]][] = [
    ["GIF", "GIF89a…"],
    ["WebP", "RIFF\0\0\0\0WEBPVP8 "],
    ["BMP", "BM\0\0\0\0"],
    ["TIFF", "II*\0"],
    ["TIFF", "MM\0*"],
    ["AVIF, HEIC or MP4", "\0\0\0 ftypavif"],
    ["PDF", "%PDF-1.7"],
    ["text", '{"type":"hello"}\n'],
    ["unknown data (first bytes 00010203)", [0, 1, 2, 3, 4]],
  ];
  for (const [name, content] of looks) {
    const bytes = typeof content === "string"
      ? Uint8Array.from(content, (c) => c.charCodeAt(0))
      : Uint8Array.from(content);
    const error = assertThrows(() => readHeader(bytes), ImageError, `looks like ${name}`);
    assertEquals(error.code, "unsupported");
  }
});

Deno.test("readHeader() refuses empty, cut-off and impossible headers", () => {
  const png = makePngHeader(4, 4);
  const jpeg = Uint8Array.from([...SOI, ...frameHeader(0xc0, 4, 4)]);
  const noHeaderChunk = png.slice();
  noHeaderChunk[12] = 0x58;
  assertEquals(codeOf(() => readHeader(new Uint8Array())), "empty");
  assertEquals(codeOf(() => readHeader(png.subarray(0, 20))), "truncated");
  assertEquals(codeOf(() => readHeader(jpeg.subarray(0, 2))), "truncated");
  assertEquals(codeOf(() => readHeader(jpeg.subarray(0, 9))), "truncated");
  assertEquals(codeOf(() => readHeader(noHeaderChunk)), "corrupt");
  assertEquals(codeOf(() => readHeader(makePngHeader(0, 4))), "corrupt");
  assertEquals(codeOf(() => readHeader(Uint8Array.from([...SOI, ...EOI]))), "corrupt");
  assertEquals(codeOf(() => readHeader(Uint8Array.from([...SOI, 1, 2, 3, 4]))), "corrupt");
  assertEquals(codeOf(() => readHeader(Uint8Array.from([...SOI, 0xff, 0xe0, 0, 0]))), "corrupt");
  assertEquals(codeOf(() => readHeader(Uint8Array.from([...SOI, 0xff, 0xc0, 0, 3, 8]))), "corrupt");
});

Deno.test("readHeader() refuses a JPEG that could hide a second frame header", () => {
  // A decoder takes RST0 as a marker without length and would find the large frame inside.
  const hidden = frameHeader(0xc0, 30_000, 30_000);
  const bytes = [...SOI, 0xff, 0xd0, 0, hidden.length + 2, ...hidden, ...frameHeader(0xc0, 4, 4)];
  const refused = () => readHeader(Uint8Array.from(bytes));
  const error = assertThrows(refused, ImageError, "marker 0xd0 before the frame");
  assertEquals(error.code, "corrupt");
});

Deno.test("readHeader() refuses JPEG kinds that do not decode", () => {
  const refused: [number[], string][] = [
    [frameHeader(0xc0, 4, 4, 4), "CMYK"],
    [frameHeader(0xc0, 4, 4, 2), "2 channels"],
    [frameHeader(0xc1, 4, 4, 3, 12), "12 bits"],
    [frameHeader(0xc3, 4, 4), "lossless"],
    [frameHeader(0xc9, 4, 4), "arithmetic"],
  ];
  for (const [header, what] of refused) {
    const bytes = Uint8Array.from([...SOI, ...header]);
    const error = assertThrows(() => readHeader(bytes), ImageError, what);
    assertEquals(error.code, "unsupported");
  }
});

Deno.test("checkComplete() wants the end mark and allows bytes after it", async () => {
  const png = await makePng({
    width: 1,
    height: 1,
    depth: 8,
    colorType: 0,
    scanLines: Uint8Array.of(0, 9),
  });
  const scan = [0xff, 0xda, 0, 2, 1, 0xff, 0x00, 0xff, 0xd3, 2]; // stuffed zero and restart marker
  const jpeg = Uint8Array.from([...SOI, ...frameHeader(0xc0, 4, 4), ...scan, ...EOI]);
  for (const [bytes, format] of [[png, "png"], [jpeg, "jpeg"]] as const) {
    checkComplete(bytes, format);
    checkComplete(concat([bytes, new Uint8Array(9)]), format);
    for (let length = format === "png" ? 33 : 21; length < bytes.length - 4; length++) {
      assertEquals(codeOf(() => checkComplete(bytes.subarray(0, length), format)), "truncated");
    }
  }
});
