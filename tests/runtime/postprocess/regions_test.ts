import { assertEquals } from "@std/assert";
import type { Component } from "../../../models/components.ts";
import { MAX_REGIONS, toRegions } from "../../../runtime/postprocess/regions.ts";

const component: Component = {
  left: 1,
  top: 2,
  right: 3,
  bottom: 2,
  area: 3,
  score: 0.75,
  sumX: 6,
  sumY: 6,
};
const map = { width: 8, height: 4 };

Deno.test("toRegions() keeps coordinates when frame and map have one size", () => {
  assertEquals(toRegions([component], map, map), [
    { x: 1, y: 2, width: 3, height: 1, area: 3, score: 0.75, centroid: [2.5, 2.5] },
  ]);
});

Deno.test("toRegions() scales each axis to the frame", () => {
  assertEquals(toRegions([component], map, { width: 16, height: 12 }), [
    { x: 2, y: 6, width: 6, height: 3, area: 18, score: 0.75, centroid: [5, 7.5] },
  ]);
});

Deno.test("toRegions() widens a box to whole pixels and keeps an area of at least 1", () => {
  // Scale 5/8 by 1/4: x from 0.625 to 2.5, y from 0.5 to 0.75, area 0.46875.
  assertEquals(toRegions([component], map, { width: 5, height: 1 }), [
    { x: 0, y: 0, width: 3, height: 1, area: 1, score: 0.75, centroid: [1.5625, 0.625] },
  ]);
});

Deno.test("toRegions() lists the largest first, ties in their order, and not too many", () => {
  const areas = [2, 9, 2, 5];
  const scores = toRegions(
    areas.map((area, index) => ({ ...component, area, score: index })),
    map,
    map,
  ).map(({ score }) => score);
  assertEquals(scores, [1, 3, 0, 2]);

  const many = Array.from({ length: MAX_REGIONS + 10 }, (_, i) => ({ ...component, area: i + 1 }));
  const regions = toRegions(many, map, map);
  assertEquals(regions.length, MAX_REGIONS);
  assertEquals(regions.at(-1)?.area, 11);
});
