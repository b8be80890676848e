import { assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { encodePng } from "../../models/encode.ts";
import { decodeFrame, toImage } from "../../runtime/decode_frame.ts";
import { type Decoder, imagescriptDecoder } from "../../runtime/decoder.ts";
import { type Frame, FrameError } from "../../runtime/frame.ts";

Deno.test("decodeFrame() uses raw pixels as they are, without a copy", async () => {
  for (const [format, channels] of [["rgb8", 3], ["rgba8", 4], ["gray8", 1]] as const) {
    const bytes = new Uint8Array(2 * channels);
    const { pixels, size } = await decodeFrame({ format, width: 2, height: 1, bytes });
    assertStrictEquals(pixels.bytes, bytes);
    assertEquals([pixels.format, pixels.width, pixels.height], [format, 2, 1]);
    assertEquals(size, { width: 2, height: 1 });
  }
});

Deno.test("toImage() uses rgb8 as it is, drops the alpha of rgba8 and fills three channels of gray8", () => {
  const rgb = Uint8Array.of(1, 2, 3, 4, 5, 6);
  assertStrictEquals(toImage({ format: "rgb8", width: 2, height: 1, bytes: rgb }).data, rgb);
  const rgba = Uint8Array.of(1, 2, 3, 0, 4, 5, 6, 255);
  assertEquals(toImage({ format: "rgba8", width: 1, height: 2, bytes: rgba }).data, rgb);
  const gray = toImage({ format: "gray8", width: 1, height: 2, bytes: Uint8Array.of(7, 9) });
  assertEquals(gray, { width: 1, height: 2, data: Uint8Array.of(7, 7, 7, 9, 9, 9) });
});

Deno.test("decodeFrame() decodes a PNG", async () => {
  const image = { width: 2, height: 1, data: Uint8Array.of(1, 2, 3, 250, 251, 252) };
  const { pixels } = await decodeFrame({ format: "encoded", bytes: await encodePng(image) });
  assertEquals(toImage(pixels), image);
});

Deno.test("decodeFrame() tells the decoder how small it may go, and keeps the frame's size", async () => {
  const asked: unknown[] = [];
  const decoder: Decoder = {
    name: "sharp",
    decode(_bytes, options) {
      asked.push(options);
      const image = { width: 2, height: 1, data: new Uint8Array(6) };
      return Promise.resolve({ image, size: { width: 20, height: 10 } });
    },
  };
  const frame: Frame = { format: "encoded", bytes: new Uint8Array(9) };
  const limits = { maxBytes: 10, maxPixels: 200 };
  const shrinkTo = { width: 2, height: 1 };
  const { pixels, size } = await decodeFrame(frame, { decoder, limits, shrinkTo });
  await decodeFrame(frame, { decoder, limits });
  assertEquals([pixels.width, size.width, size.height], [2, 20, 10]);
  assertEquals(asked, [{ maxPixels: 200, shrinkTo }, { maxPixels: 200 }]);
});

Deno.test("decodeFrame() turns what the decoder says into codes of frames", async () => {
  const png = await encodePng({ width: 20, height: 20, data: new Uint8Array(1200) });
  const refused = async (frame: Frame, limits = { maxBytes: 1e6, maxPixels: 1e6 }) => {
    const decode = () => decodeFrame(frame, { limits, decoder: imagescriptDecoder });
    return (await assertRejects(decode, FrameError)).code;
  };
  assertEquals(
    await refused({ format: "encoded", bytes: new Uint8Array(99) }),
    "unsupported-format",
  );
  assertEquals(await refused({ format: "encoded", bytes: png.subarray(0, 20) }), "truncated");
  assertEquals(
    await refused({ format: "encoded", bytes: png }, { maxBytes: 1e6, maxPixels: 399 }),
    "too-large",
  );
});
