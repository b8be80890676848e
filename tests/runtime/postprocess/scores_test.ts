import { assertEquals, assertThrows } from "@std/assert";
import { ProviderError } from "../../../runtime/engine/provider.ts";
import { maxScore, quantizeMap, requireScore } from "../../../runtime/postprocess/scores.ts";

Deno.test("maxScore() is the highest score of the map", () => {
  assertEquals(maxScore({ width: 3, height: 1, data: Float32Array.of(0.25, 0.5, 0.125) }), 0.5);
});

Deno.test("maxScore() is NaN where one score of the map is no finite number, wherever it lies", () => {
  for (const none of [NaN, Infinity, -Infinity]) {
    for (const at of [0, 1, 2, 3]) {
      const data = Float32Array.of(0.5, 0.25, 1, 0.75);
      data[at] = none;
      assertEquals(maxScore({ width: 4, height: 1, data }), NaN, `${none} at ${at}`);
    }
  }
});

Deno.test("maxScore() is 0 of a map without a score above it", () => {
  assertEquals(maxScore({ width: 3, height: 1, data: Float32Array.of(0, -0.25, -1e30) }), 0);
});

Deno.test("requireScore() lets scores through and no map that has none", () => {
  assertEquals([0, 0.5, 1].map(requireScore), [0, 0.5, 1]);
  const error = assertThrows(() => requireScore(NaN), ProviderError, "NaN or infinite");
  assertEquals(error.code, "run");
});

Deno.test("quantizeMap() rounds 255 times the score", () => {
  const data = Float32Array.of(0, 0.4 / 255, 0.6 / 255, 0.5, 254.4 / 255, 1);
  assertEquals(quantizeMap({ width: 6, height: 1, data }), Uint8Array.of(0, 0, 1, 128, 254, 255));
});
