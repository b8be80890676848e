import { assertEquals, assertRejects } from "@std/assert";
import { encodeGrayPng } from "../../models/encode.ts";
import { ImageError } from "../../models/decode.ts";
import { showsDefect } from "../../models/mask_content.ts";
import { maskPng } from "../helpers/data_files.ts";

Deno.test("showsDefect() asks for a pixel above 127, the second time too", async () => {
  const grey = (value: number) =>
    encodeGrayPng({ width: 2, height: 1, data: Uint8Array.of(0, value) });
  for (
    const [bytes, expected] of [
      [await maskPng(0), false],
      [await maskPng(1), true],
      [await grey(128), true],
    ] as const
  ) {
    assertEquals([await showsDefect(bytes), await showsDefect(bytes)], [expected, expected]);
  }
});

Deno.test("showsDefect() refuses what is no picture, every time", async () => {
  for (let i = 0; i < 2; i++) {
    await assertRejects(() => showsDefect(new Uint8Array([1, 2, 3])), ImageError);
  }
});
