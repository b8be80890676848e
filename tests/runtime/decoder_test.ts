import { assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { DecoderError, imagescriptDecoder, openDecoder } from "../../runtime/decoder.ts";
import { encodePng } from "../../models/encode.ts";

const sharp = { ...imagescriptDecoder, name: "sharp" } as const;
const missing = () => Promise.reject(new DecoderError("missing", "no sharp here"));

Deno.test("openDecoder() takes sharp where it is, by name or by choice", async () => {
  for (const name of ["auto", "sharp"] as const) {
    assertStrictEquals(await openDecoder(name, () => Promise.resolve(sharp)), sharp);
  }
});

Deno.test("openDecoder() falls back with auto only", async () => {
  assertStrictEquals(await openDecoder("auto", missing), imagescriptDecoder);
  await assertRejects(() => openDecoder("sharp", missing), DecoderError, "no sharp here");
  const broken = () => Promise.reject(new TypeError("bug"));
  await assertRejects(() => openDecoder("auto", broken), TypeError, "bug");
});

Deno.test("openDecoder() does not touch sharp when the portable one is named", async () => {
  assertStrictEquals(await openDecoder("imagescript", missing), imagescriptDecoder);
});

Deno.test("imagescriptDecoder never shrinks", async () => {
  const bytes = await encodePng({ width: 8, height: 4, data: new Uint8Array(96) });
  const shrinkTo = { width: 2, height: 1 };
  const { image, size } = await imagescriptDecoder.decode(bytes, { maxPixels: 32, shrinkTo });
  assertEquals([image.width, size], [8, { width: 8, height: 4 }]);
});
