import { assertEquals } from "@std/assert";
import { maxScore, quantizeMap } from "../../../runtime/postprocess/scores.ts";

Deno.test("maxScore() is the highest score of the map", () => {
  assertEquals(maxScore({ width: 3, height: 1, data: Float32Array.of(0.25, 0.5, 0.125) }), 0.5);
});

Deno.test("quantizeMap() rounds 255 times the score", () => {
  const data = Float32Array.of(0, 0.4 / 255, 0.6 / 255, 0.5, 254.4 / 255, 1);
  assertEquals(quantizeMap({ width: 6, height: 1, data }), Uint8Array.of(0, 0, 1, 128, 254, 255));
});
