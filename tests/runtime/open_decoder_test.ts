import { assertRejects, assertStrictEquals } from "@std/assert";
import { DecoderError, imagescriptDecoder } from "../../runtime/decoder.ts";
import { openDecoder } from "../../runtime/open_decoder.ts";

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
