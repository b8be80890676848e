import { assertEquals } from "@std/assert";
import { segmentMap } from "../../models/segment_map.ts";
import { drawnMask } from "../helpers/masks.ts";

const map = {
  width: 4,
  height: 3,
  data: Float32Array.of(
    ...[0.5, 0.5, 0, 0.875],
    ...[0, 0.25, 0, 0],
    ...[0, 0, 0, 0.75],
  ),
};

Deno.test("segmentMap() keeps components of at least the smallest region", () => {
  const { mask, components } = segmentMap(map, { threshold: 0.5, minRegionPixels: 2 });
  assertEquals(mask, drawnMask("##..", "....", "...."));
  assertEquals(components.map(({ area, score }) => [area, score]), [[2, 0.5]]);
});

Deno.test("segmentMap() removes components whose highest score is too low", () => {
  const rule = { threshold: 0.5, minRegionPixels: 0, minRegionScore: 0.75 };
  const { mask, components } = segmentMap(map, rule);
  assertEquals(mask, drawnMask("...#", "....", "...#"));
  assertEquals(components.map(({ score }) => score), [0.875, 0.75]);
});

Deno.test("segmentMap() keeps single pixels when the smallest region is 0 or 1", () => {
  for (const minRegionPixels of [0, 1]) {
    const { mask, components } = segmentMap(map, { threshold: 0.5, minRegionPixels });
    assertEquals(mask, drawnMask("##.#", "....", "...#"));
    assertEquals(components.length, 3);
  }
});
