import { assertEquals } from "@std/assert";
import type { Mask, ScoreMap } from "../../models/image.ts";
import { createRandom } from "../../models/random.ts";
import { findComponents, runScoreOf } from "../../models/components.ts";
import { drawnMask } from "../helpers/masks.ts";

/** Scores that tell pixels apart: pixel i has i / pixels. */
function rampMap({ width, height, data }: Mask) {
  return { width, height, data: Float32Array.from(data, (_, i) => i / data.length) };
}

/** What is compared: all sums of each component, and its pixels. */
function componentsOf(mask: Mask, map: ScoreMap) {
  const { components, starts, ends, owners } = findComponents(mask, runScoreOf(map));
  const pixels = components.map((): number[] => []);
  owners.forEach((owner, run) => {
    for (let i = starts[run]!; i < ends[run]!; i++) pixels[owner]!.push(i);
  });
  return components.map((component, i) => ({ ...component, pixels: pixels[i]! }));
}

/** The reference: an explicit-stack flood fill over single pixels. */
function floodFill(mask: Mask, scores: Float32Array) {
  const { width, height } = mask;
  const left = new Set([...mask.data.keys()].filter((i) => mask.data[i] === 1));
  return [...left].flatMap((seed) => {
    if (!left.delete(seed)) return [];
    const pixels = [seed];
    for (const pixel of pixels) {
      const [x, y] = [pixel % width, Math.floor(pixel / width)];
      for (let dy = -1; dy <= 1; dy++) {
        for (let dx = -1; dx <= 1; dx++) {
          const inside = x + dx >= 0 && x + dx < width && y + dy >= 0 && y + dy < height;
          const other = pixel + dy * width + dx;
          if (inside && left.delete(other)) pixels.push(other);
        }
      }
    }
    const xs = pixels.map((pixel) => pixel % width);
    const ys = pixels.map((pixel) => Math.floor(pixel / width));
    return [{
      left: Math.min(...xs),
      top: Math.min(...ys),
      right: Math.max(...xs),
      bottom: Math.max(...ys),
      area: pixels.length,
      score: Math.max(...pixels.map((pixel) => scores[pixel]!)),
      sumX: xs.reduce((a, b) => a + b),
      sumY: ys.reduce((a, b) => a + b),
      pixels: pixels.sort((a, b) => a - b),
    }];
  });
}

Deno.test("findComponents() finds nothing in an empty mask", () => {
  const mask = drawnMask("...", "...");
  assertEquals(componentsOf(mask, rampMap(mask)), []);
});

Deno.test("findComponents() joins diagonal neighbours, not across the row's end", () => {
  const mask = drawnMask(
    "#..#",
    ".#..",
    "#..#",
  );
  const pixels = componentsOf(mask, rampMap(mask)).map(({ pixels }) => pixels);
  assertEquals(pixels, [[0, 5, 8], [3], [11]]);
});

Deno.test("findComponents() unites branches that meet only further down", () => {
  const mask = drawnMask(
    "#.#.#",
    "#.#.#",
    "#####",
  );
  const map = rampMap(mask);
  assertEquals(componentsOf(mask, map), [{
    left: 0,
    top: 0,
    right: 4,
    bottom: 2,
    area: 11,
    score: map.data[14]!,
    sumX: 22,
    sumY: 13,
    pixels: [0, 2, 4, 5, 7, 9, 10, 11, 12, 13, 14],
  }]);
});

Deno.test("findComponents() equals a flood fill on random masks", () => {
  const random = createRandom("components");
  for (let round = 0; round < 300; round++) {
    const [width, height] = [1 + random.int(17), 1 + random.int(17)];
    const density = random.next();
    const data = Uint8Array.from({ length: width * height }, () => random.next() < density ? 1 : 0);
    const mask = { width, height, data };
    const map = { width, height, data: Float32Array.from(data, () => random.next()) };
    assertEquals(componentsOf(mask, map), floodFill(mask, map.data));
  }
});

Deno.test("findComponents() takes very many components, and one of very many branches", () => {
  const size = 1024;
  const dots = new Uint8Array(size * size);
  for (let y = 0; y < size; y += 2) for (let x = 0; x < size; x += 2) dots[y * size + x] = 1;
  const mask = { width: size, height: size, data: dots };
  const map = { width: size, height: size, data: new Float32Array(size * size) };
  assertEquals(findComponents(mask, runScoreOf(map)).components.length, size * size / 4);

  const comb = new Uint8Array(size * size);
  for (let y = 0; y < size; y++) for (let x = 0; x < size; x += 2) comb[y * size + x] = 1;
  comb.fill(1, size * (size - 1));
  const { components } = findComponents({ ...mask, data: comb }, runScoreOf(map));
  assertEquals(components.map(({ area }) => area), [size * size / 2 + size / 2]);
});
