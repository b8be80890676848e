import { assertAlmostEquals, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { type InputSpec, toInput } from "../../models/input.ts";
import { resizeImage } from "../../models/resize.ts";
import { FLOAT32_INPUT } from "../tolerances.ts";

const SPEC: InputSpec = {
  width: 2,
  height: 1,
  mean: [0.5, 0.25, 0],
  std: [0.5, 0.25, 2],
};
const IMAGE = { width: 2, height: 1, data: Uint8Array.of(0, 51, 102, 255, 204, 153) };

Deno.test("toInput() writes planar channels, (v/255 − mean)/std", () => {
  const input = toInput(IMAGE, SPEC);
  const expected = [-1, 1, -0.2, 2.2, 0.2, 0.3]; // R, R, G, G, B, B by hand
  for (const [i, value] of expected.entries()) {
    assertAlmostEquals(input[i]!, value, FLOAT32_INPUT);
  }
  assertEquals(input.length, 6);
});

Deno.test("toInput() fills a batch at its offset and touches nothing else", () => {
  const batch = new Float32Array(14).fill(9);
  assertStrictEquals(toInput(IMAGE, SPEC, batch, 6), batch);
  assertEquals(batch.subarray(6, 12), toInput(IMAGE, SPEC));
  assertEquals([...batch.subarray(0, 6), ...batch.subarray(12)], new Array(8).fill(9));
});

Deno.test("toInput() resizes first", () => {
  const large = { width: 6, height: 5, data: Uint8Array.from({ length: 90 }, (_, i) => i * 2) };
  assertEquals(toInput(large, SPEC), toInput(resizeImage(large, 2, 1), SPEC));
});

Deno.test("toInput() refuses an array that is too short", () => {
  const message = "Cannot write a [3, 1, 2] input at 1: out has 6 numbers";
  assertThrows(() => toInput(IMAGE, SPEC, new Float32Array(6), 1), RangeError, message);
});
