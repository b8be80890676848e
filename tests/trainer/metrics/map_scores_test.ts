import { assertEquals, assertThrows } from "@std/assert";
import { scoresOf } from "../../../trainer/metrics/map_scores.ts";
import { drawnMask } from "../../helpers/masks.ts";

const map = (...data: number[]) => ({ width: 4, height: 2, data: Float32Array.from(data) });

Deno.test("scoresOf() sorts scores into good ones and regions, which touch by corners too", () => {
  const truth = drawnMask(
    "#..#",
    ".#..",
  );
  const scores = map(0.25, 0, 0.5, 0.125, 0, 0.75, 1, 0.375);
  const sorted = scoresOf(scores, truth);
  scores.data.fill(0);
  assertEquals(sorted, {
    good: Float32Array.of(0, 0.5, 0, 1, 0.375),
    regions: [Float32Array.of(0.25, 0.75), Float32Array.of(0.125)],
    highest: 1,
  });
});

Deno.test("scoresOf() keeps regions apart whose rows alternate", () => {
  const truth = drawnMask(
    "#.##",
    "#.##",
  );
  const { regions } = scoresOf(map(0, 0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875), truth);
  assertEquals(regions, [Float32Array.of(0, 0.5), Float32Array.of(0.25, 0.375, 0.75, 0.875)]);
});

Deno.test("scoresOf() refuses scores that are none, and a truth of another size", () => {
  const truth = drawnMask("....", "....");
  for (const wrong of [NaN, -0.25, 1.5, Infinity]) {
    assertThrows(
      () => scoresOf(map(0, 0, 0, 0, 0, 0, wrong, 0), truth),
      RangeError,
      `Cannot measure a map: the score at (2, 1) is ${wrong}, must be in 0..1`,
    );
  }
  assertThrows(
    () => scoresOf(map(0, 0, 0, 0, 0, 0, 0, 0), drawnMask("..")),
    RangeError,
    "Cannot measure a map of 4×2: truth is 2×1",
  );
});
