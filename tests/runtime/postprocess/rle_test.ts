import { assertEquals, assertThrows } from "@std/assert";
import { createRandom } from "../../../models/random.ts";
import { decodeRle, encodeRle } from "../../../runtime/postprocess/rle.ts";
import { drawnMask } from "../../helpers/masks.ts";

Deno.test("encodeRle() counts zeros first, row by row, over the rows' ends", () => {
  assertEquals(encodeRle(drawnMask("..##", "##..")), { size: [2, 4], counts: [2, 4, 2] });
  assertEquals(encodeRle(drawnMask("#..#")), { size: [1, 4], counts: [0, 1, 2, 1] });
  assertEquals(encodeRle(drawnMask("....")), { size: [1, 4], counts: [4] });
});

Deno.test("decodeRle() undoes encodeRle() on random masks", () => {
  const random = createRandom("rle");
  for (let round = 0; round < 100; round++) {
    const [width, height] = [1 + random.int(20), 1 + random.int(20)];
    const data = Uint8Array.from({ length: width * height }, () => random.int(2));
    assertEquals(decodeRle(encodeRle({ width, height, data })), { width, height, data });
  }
});

Deno.test("decodeRle() refuses counts that do not fit the size", () => {
  assertThrows(() => decodeRle({ size: [2, 2], counts: [3] }), RangeError, "add up to 3");
  assertThrows(() => decodeRle({ size: [2, 2], counts: [5, -1] }), RangeError, "count -1");
});
