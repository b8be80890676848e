import { assert, assertEquals, assertNotStrictEquals, assertStrictEquals } from "@std/assert";
import { MAX_WEIGHT_BYTES, tapsFor, tapsInParts } from "../../models/taps.ts";

Deno.test("tapsFor() keeps the newest filters, up to their number and their bytes", () => {
  const small = tapsFor(640, 256);
  assertStrictEquals(tapsFor(640, 256), small);
  for (let size = 1; size <= 16; size++) tapsFor(size, 4);
  assertNotStrictEquals(tapsFor(640, 256), small, "there are 16 newer ones");

  const half = tapsFor(40_000, 256);
  assert(half.weights.byteLength > MAX_WEIGHT_BYTES / 2);
  assertStrictEquals(tapsFor(40_000, 256), half);
  const other = tapsFor(40_001, 256);
  assertStrictEquals(tapsFor(40_001, 256), other);
  assertNotStrictEquals(tapsFor(40_000, 256), half, "both together are too large");
});

Deno.test("tapsFor() keeps no filter that is too large, and drops none for it", () => {
  const small = tapsFor(480, 256);
  const large = tapsFor(100_000, 256);
  assert(large.weights.byteLength > MAX_WEIGHT_BYTES);
  assertNotStrictEquals(tapsFor(100_000, 256), large);
  assertStrictEquals(tapsFor(480, 256), small);
});

Deno.test("tapsInParts() gives the whole filter, in parts where it is large", () => {
  for (const [size, outSize] of [[640, 256], [3, 70], [100_000, 256], [300_000, 2]] as const) {
    const whole = tapsFor(size, outSize);
    let next = 0;
    for (const [begin, part] of tapsInParts(size, outSize)) {
      assertEquals([begin, part.stride], [next, whole.stride]);
      next += part.first.length;
      assert(part.weights.byteLength <= MAX_WEIGHT_BYTES || part.first.length === 1);
      assertEquals(part.first, whole.first.slice(begin, next));
      assertEquals(part.count, whole.count.slice(begin, next));
      for (const [x, count] of part.count.entries()) {
        const [at, inWhole] = [x * whole.stride, (begin + x) * whole.stride];
        const expected = whole.weights.subarray(inWhole, inWhole + count);
        assertEquals(part.weights.subarray(at, at + count), expected);
      }
    }
    assertEquals(next, outSize);
  }
});
