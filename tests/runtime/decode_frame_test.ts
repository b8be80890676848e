import { assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { encodePng } from "../../models/encode.ts";
import { decodeFrame } from "../../runtime/decode_frame.ts";
import { type Frame, FrameError } from "../../runtime/frame.ts";

Deno.test("decodeFrame() uses rgb8 as it is, without a copy", async () => {
  const bytes = Uint8Array.of(1, 2, 3, 4, 5, 6);
  const image = await decodeFrame({ format: "rgb8", width: 2, height: 1, bytes });
  assertStrictEquals(image.data, bytes);
  assertEquals([image.width, image.height], [2, 1]);
});

Deno.test("decodeFrame() drops the alpha of rgba8", async () => {
  const bytes = Uint8Array.of(1, 2, 3, 0, 4, 5, 6, 255);
  const { data } = await decodeFrame({ format: "rgba8", width: 1, height: 2, bytes });
  assertEquals(data, Uint8Array.of(1, 2, 3, 4, 5, 6));
});

Deno.test("decodeFrame() makes three equal channels of gray8", async () => {
  const bytes = Uint8Array.of(7, 9);
  const { data } = await decodeFrame({ format: "gray8", width: 2, height: 1, bytes });
  assertEquals(data, Uint8Array.of(7, 7, 7, 9, 9, 9));
});

Deno.test("decodeFrame() decodes a PNG", async () => {
  const image = { width: 2, height: 1, data: Uint8Array.of(1, 2, 3, 250, 251, 252) };
  const decoded = await decodeFrame({ format: "encoded", bytes: await encodePng(image) });
  assertEquals(decoded, image);
});

Deno.test("decodeFrame() turns what the decoder says into codes of frames", async () => {
  const png = await encodePng({ width: 20, height: 20, data: new Uint8Array(1200) });
  const refused = async (frame: Frame, limits = { maxBytes: 1e6, maxPixels: 1e6 }) =>
    (await assertRejects(() => decodeFrame(frame, limits), FrameError)).code;
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
