import { assertEquals, assertThrows } from "@std/assert";
import { createRandom } from "../../../models/random.ts";
import { packMask, unpackMask } from "../../../runtime/postprocess/packed_mask.ts";
import { drawnMask } from "../../helpers/masks.ts";

Deno.test("packMask() puts the first pixel into the highest bit and pads each row", () => {
  assertEquals(packMask(drawnMask("#........#", ".########.")), {
    width: 10,
    height: 2,
    bits: Uint8Array.of(0b10000000, 0b01000000, 0b01111111, 0b10000000),
  });
});

Deno.test("unpackMask() undoes packMask() on random masks", () => {
  const random = createRandom("packed");
  for (let round = 0; round < 100; round++) {
    const [width, height] = [1 + random.int(20), 1 + random.int(5)];
    const data = Uint8Array.from({ length: width * height }, () => random.int(2));
    assertEquals(unpackMask(packMask({ width, height, data })), { width, height, data });
  }
});

Deno.test("unpackMask() refuses a wrong number of bytes", () => {
  const short = { width: 9, height: 2, bits: new Uint8Array(3) };
  assertThrows(() => unpackMask(short), RangeError, "needs 4 bytes, got 3");
});
