import { assertEquals } from "@std/assert";
import type { Component } from "../../../models/components.ts";
import { MAX_REGIONS, type Size, toRegions } from "../../../runtime/postprocess/regions.ts";

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

Deno.test("toRegions() gives the smallest box of whole pixels, also where frame / map is no exact number", () => {
  const maps = Array.from({ length: 16 }, (_, i) => 32 * (i + 1)); // 32 to 512, 224 and 480 among them
  const frames = [1, 900, 1080, 1280, 4096, 24_000_000];
  for (let size = 3; size < 3000; size += 53) frames.push(size);
  for (const map of maps) {
    for (const frame of frames) {
      for (const [first, last] of [[0, 0], [map - 24, map - 1], [map >> 1, map - 1], [1, 7]]) {
        const begin = first! * frame;
        const end = (last! + 1) * frame;
        const x = (begin - begin % map) / map;
        const width = (end + (map - end % map) % map) / map - x;
        const box = { ...component, left: first!, right: last!, top: first!, bottom: last! };
        const [wide] = toRegions([box], { width: map, height: 4 }, { width: frame, height: 4 });
        assertEquals([wide!.x, wide!.width], [x, width], `${first} to ${last}, ${frame} / ${map}`);
        if (last === map - 1) assertEquals(wide!.x + wide!.width, frame);
        const [tall] = toRegions([box], { width: 4, height: map }, { width: 4, height: frame });
        assertEquals([tall!.y, tall!.height], [x, width]);
      }
    }
  }
});

Deno.test("toRegions() rounds areas and centroids once", () => {
  const areaOf = (area: number, map: Size, frame: Size) =>
    toRegions([{ ...component, area }], map, frame)[0]!.area;
  // 160 · 700 · 900 / 480² = 437.5.
  assertEquals(areaOf(160, { width: 480, height: 480 }, { width: 700, height: 900 }), 438);
  const thirds = { ...component, area: 3, sumX: 2, sumY: 2 };
  // (2 / 3 + 1 / 2) · 96 / 32 = 3.5.
  const [region] = toRegions([thirds], { width: 32, height: 32 }, { width: 96, height: 96 });
  assertEquals(region!.centroid, [3.5, 3.5]);
});
