import { assert, assertEquals, assertRejects } from "@std/assert";
import { decodeImage } from "../../models/decode.ts";
import { encodeGrayPng, encodeJpeg, encodePng } from "../../models/encode.ts";
import type { Image } from "../../models/image.ts";
import { sha256Hex } from "../../models/package.ts";
import { createRandom } from "../../models/random.ts";
import { JPEG_LOSS_GREY_LEVELS } from "../tolerances.ts";

function noise(width: number, height: number): Image {
  const random = createRandom("noise");
  const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => i / 20 + random.int(8));
  return { width, height, data };
}

Deno.test("encodePng() loses nothing", async () => {
  for (const image of [noise(1, 1), noise(37, 23), noise(200, 3)]) {
    assertEquals(await decodeImage(await encodePng(image)), image);
  }
});

Deno.test("encodePng() writes an 8-bit RGB PNG that zlib inflates", async () => {
  const image = noise(5, 3);
  const png = await encodePng(image);
  const view = new DataView(png.buffer);
  assertEquals([view.getUint32(16), view.getUint32(20), png[24], png[25]], [5, 3, 8, 2]);
  const idat = png.subarray(41, 41 + view.getUint32(33));
  const inflated = new Blob([idat]).stream().pipeThrough(new DecompressionStream("deflate"));
  const lines = new Uint8Array(await new Response(inflated).arrayBuffer());
  const expected = [0, 1, 2].flatMap((y) => [0, ...image.data.subarray(15 * y, 15 * y + 15)]);
  assertEquals([...lines], expected);
});

Deno.test("encodePng() gives the same bytes on every machine and day", async () => {
  // The hash of an earlier day: a time stamp or a native deflate would change it.
  assertEquals(
    await sha256Hex(await encodePng(noise(64, 48))),
    "e34b818f1d837d5081ee29002e0ebc01bdb22935543daaf4b1b4ef66ff57a201",
  );
});

Deno.test("encodeGrayPng() writes one channel", async () => {
  const data = Uint8Array.from({ length: 12 }, (_, i) => i * 20);
  const png = await encodeGrayPng({ width: 4, height: 3, data });
  assertEquals(png[25], 0);
  const image = await decodeImage(png);
  assertEquals([...image.data], [...data].flatMap((v) => [v, v, v]));
});

Deno.test("encodeJpeg() stays near the picture, nearer with quality", async () => {
  const width = 32;
  const data = Uint8Array.from(
    { length: width * width * 3 },
    (_, i) => (i / 3 % width) * 4 + i / 60,
  );
  const loss = async (quality: number) => {
    const jpeg = await encodeJpeg({ width, height: width, data }, quality);
    const back = await decodeImage(jpeg);
    assertEquals([back.width, back.height], [width, width]);
    return back.data.reduce((sum, v, i) => sum + Math.abs(v - data[i]!), 0) / data.length;
  };
  const [good, poor] = [await loss(90), await loss(10)];
  assert(good < JPEG_LOSS_GREY_LEVELS && good < poor, `quality 90 loses ${good}, 10 loses ${poor}`);
});

Deno.test("encodePng() and encodeJpeg() refuse sizes that do not fit, and bad qualities", async () => {
  const image = { width: 2, height: 2, data: new Uint8Array(11) };
  await assertRejects(() => encodePng(image), RangeError, "must have 12 bytes, has 11");
  await assertRejects(() => encodeJpeg(image, 90), RangeError, "must have 12 bytes, has 11");
  await assertRejects(() => encodeGrayPng({ ...image, width: 0 }), RangeError, "0×2 has no pixels");
  for (const quality of [0, 101, NaN]) {
    await assertRejects(() => encodeJpeg(noise(2, 2), quality), RangeError, "must be in 1..100");
  }
});
