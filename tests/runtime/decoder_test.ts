import { assertEquals } from "@std/assert";
import { encodePng } from "../../models/encode.ts";
import { imagescriptDecoder } from "../../runtime/decoder.ts";

Deno.test("imagescriptDecoder never shrinks", async () => {
  const bytes = await encodePng({ width: 8, height: 4, data: new Uint8Array(96) });
  const shrinkTo = { width: 2, height: 1 };
  const { image, size } = await imagescriptDecoder.decode(bytes, { maxPixels: 32, shrinkTo });
  assertEquals([image.width, size], [8, { width: 8, height: 4 }]);
});
