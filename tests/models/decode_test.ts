import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { decodeImage, decodeMask, ImageError, readHeader } from "../../models/decode.ts";
import { encodeGrayPng, encodeJpeg, encodePng } from "../../models/encode.ts";
import { createRandom } from "../../models/random.ts";
import { makePng, makePngHeader, type PngParts } from "../helpers/png.ts";
import { JPEG_GREY_LEVELS } from "../tolerances.ts";
import golden from "./golden/jpeg.json" with { type: "json" };

async function codeOf(bytes: Uint8Array, maxPixels?: number): Promise<string> {
  const limits = maxPixels === undefined ? {} : { maxPixels };
  return (await assertRejects(() => decodeImage(bytes, limits), ImageError)).code;
}

Deno.test("decodeImage() decodes every PNG colour type and depth", async () => {
  // 2×1 pixels: a scan line is the filter byte 0 and the pixels; the second pixel tells the cases apart.
  const palette = Uint8Array.of(1, 2, 3, 40, 50, 60, 7, 8, 9);
  const cases: [Pick<PngParts, "depth" | "colorType">, number[], number[]][] = [
    [{ depth: 8, colorType: 0 }, [10, 200], [10, 10, 10, 200, 200, 200]],
    [{ depth: 1, colorType: 0 }, [0b01000000], [0, 0, 0, 255, 255, 255]],
    [{ depth: 2, colorType: 0 }, [0b01100000], [85, 85, 85, 170, 170, 170]],
    [{ depth: 4, colorType: 0 }, [0x1a], [17, 17, 17, 170, 170, 170]],
    [{ depth: 16, colorType: 0 }, [10, 255, 200, 0], [10, 10, 10, 200, 200, 200]],
    [{ depth: 8, colorType: 2 }, [1, 2, 3, 4, 5, 6], [1, 2, 3, 4, 5, 6]],
    [{ depth: 16, colorType: 2 }, [1, 9, 2, 9, 3, 9, 4, 9, 5, 9, 6, 9], [1, 2, 3, 4, 5, 6]],
    [{ depth: 8, colorType: 3 }, [2, 1], [7, 8, 9, 40, 50, 60]],
    [{ depth: 4, colorType: 3 }, [0x10], [40, 50, 60, 1, 2, 3]],
    [{ depth: 8, colorType: 4 }, [10, 0, 200, 128], [10, 10, 10, 200, 200, 200]],
    [{ depth: 8, colorType: 6 }, [1, 2, 3, 0, 4, 5, 6, 128], [1, 2, 3, 4, 5, 6]],
  ];
  for (const [kind, pixels, expected] of cases) {
    const scanLines = Uint8Array.from([0, ...pixels]);
    const parts = { width: 2, height: 1, ...kind, scanLines };
    const image = await decodeImage(
      await makePng(kind.colorType === 3 ? { ...parts, palette } : parts),
    );
    assertEquals([...image.data], expected, JSON.stringify(kind));
  }
});

Deno.test("decodeImage() decodes JPEG as libjpeg does", async () => {
  for (const { name, width, height, bytes, pixels } of golden.cases) {
    const image = await decodeImage(Uint8Array.fromBase64(bytes));
    const expected = Uint8Array.fromHex(pixels);
    assertEquals([image.width, image.height, image.data.length], [width, height, expected.length]);
    const worst = image.data.reduce((max, v, i) => Math.max(max, Math.abs(v - expected[i]!)), 0);
    assert(worst <= JPEG_GREY_LEVELS, `${name}: ${worst} grey levels off`);
  }
});

Deno.test("decodeImage() refuses by the header, without taking pixel memory", async () => {
  const before = Deno.memoryUsage();
  const started = performance.now();
  for (let i = 0; i < 100; i++) {
    assertEquals(await codeOf(makePngHeader(30_000, 30_000)), "too-large");
  }
  const after = Deno.memoryUsage();
  assert(after.external - before.external < 2 ** 24, "external memory grew");
  assert(performance.now() - started < 5000, "took seconds");
});

Deno.test("decodeImage() keeps the given limit of pixels", async () => {
  const png = await encodePng({ width: 5, height: 4, data: new Uint8Array(60) });
  assertEquals((await decodeImage(png, { maxPixels: 20 })).width, 5);
  const error = await assertRejects(() => decodeImage(png, { maxPixels: 19 }), ImageError);
  assertStringIncludes(error.message, "5×4 image: it has 20 pixels, at most 19");
});

Deno.test("decodeImage() refuses every truncation of PNG and JPEG", async () => {
  const png = await encodePng({ width: 9, height: 7, data: new Uint8Array(189).fill(77) });
  const jpegs = golden.cases.slice(0, 3).map(({ bytes }) => Uint8Array.fromBase64(bytes));
  for (const whole of [png, ...jpegs]) {
    for (let length = 0; length < whole.length - 1; length += 7) {
      const code = await codeOf(whole.subarray(0, length));
      const expected = length === 0 ? "empty" : length < 2 ? "unsupported" : "truncated";
      if (whole === png && length < 8) assert(["empty", "unsupported"].includes(code));
      else assertEquals(code, expected, `${length} of ${whole.length} bytes`);
    }
  }
});

Deno.test("decodeImage() answers damaged bytes with an image or an ImageError", async () => {
  const random = createRandom("damage");
  const png = await encodePng({ width: 9, height: 7, data: new Uint8Array(189).fill(77) });
  const wholes = [png, ...golden.cases.map(({ bytes }) => Uint8Array.fromBase64(bytes))];
  for (let round = 0; round < 200; round++) {
    const bytes = wholes[round % wholes.length]!.slice();
    for (let i = 0; i < 3; i++) bytes[random.int(bytes.length)] = random.int(256);
    const size = await decodeImage(bytes, { maxPixels: 1e6 }).catch((error) => error);
    assert(size instanceof ImageError || size.data.length === 3 * size.width * size.height);
  }
});

Deno.test("decodeImage() refuses a PNG with too little or too much data", async () => {
  const parts = { width: 4, height: 4, depth: 8, colorType: 0 } as const;
  for (const length of [10, 5000]) {
    const png = await makePng({ ...parts, scanLines: new Uint8Array(length) });
    assertEquals(readHeader(png).width, 4);
    assertEquals(await codeOf(png), "corrupt");
  }
});

Deno.test("decodeMask() takes any channel above 127 as defect", async () => {
  const data = Uint8Array.of(0, 1, 127, 128, 200, 255);
  const mask = await decodeMask(await encodeGrayPng({ width: 3, height: 2, data }));
  assertEquals(mask, { width: 3, height: 2, data: Uint8Array.of(0, 0, 0, 1, 1, 1) });
});

Deno.test("decodeMask() takes every colour's defect", async () => {
  for (const channel of [0, 1, 2]) {
    const data = new Uint8Array(6);
    data[3 + channel] = 200;
    const mask = await decodeMask(await encodePng({ width: 2, height: 1, data }));
    assertEquals([...mask.data], [0, 1]);
  }
});

Deno.test("decodeMask() refuses numbers that cannot be black and white, and says what is right", async () => {
  const numbers = await encodeGrayPng({ width: 2, height: 1, data: Uint8Array.of(0, 1) });
  const size = { width: 2, height: 1, depth: 16, colorType: 0 } as const;
  const deep = await makePng({ ...size, scanLines: Uint8Array.of(0, 0, 0, 0, 255) });
  for (
    const [bytes, words] of [
      [numbers, "its largest value is 1, must be 255 where the defect is"],
      [deep, "it has 16 bits a channel, must have 8"],
    ] as const
  ) {
    const error = await assertRejects(() => decodeMask(bytes), ImageError, words);
    assertEquals(error.code, "unsupported");
  }
});

Deno.test("decodeMask() takes a JPEG that is almost black as black", async () => {
  const data = new Uint8Array(8 * 8 * 3).fill(2);
  const mask = await decodeMask(await encodeJpeg({ width: 8, height: 8, data }, 90));
  assertEquals(mask.data.includes(1), false);
});
