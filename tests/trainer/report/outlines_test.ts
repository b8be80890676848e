import { assertEquals, assertThrows } from "@std/assert";
import { drawHeat, heatStops } from "../../../trainer/report/heat.ts";
import { drawOutlines, predictedColour, truthColour } from "../../../trainer/report/outlines.ts";

const size = { width: 5, height: 5 };
const image = { ...size, data: new Uint8Array(75).fill(7) };
const dot = (x: number, y: number) => {
  const data = new Uint8Array(25);
  data[5 * y + x] = 1;
  return { ...size, data };
};
const empty = { ...size, data: new Uint8Array(25) };

Deno.test("drawOutlines() draws around a mask, not over it, and leaves the rest", () => {
  const { data } = drawOutlines(image, dot(1, 1), empty);
  const at = (x: number, y: number) => [...data.subarray(3 * (5 * y + x), 3 * (5 * y + x) + 3)];
  assertEquals(at(1, 1), [7, 7, 7]);
  for (const [x, y] of [[0, 0], [1, 0], [2, 2], [0, 1]] as const) {
    assertEquals(at(x, y), [...truthColour]);
  }
  assertEquals(at(4, 4), [7, 7, 7]);
  assertEquals([...image.data].every((value) => value === 7), true);
  const found = drawOutlines(image, empty, dot(3, 3)).data;
  assertEquals([...found.subarray(36, 39)], [...predictedColour]);
});

Deno.test("drawOutlines() refuses masks of another size", () => {
  const other = { width: 1, height: 1, data: Uint8Array.of(0) };
  assertThrows(() => drawOutlines(image, other, empty), RangeError, "1×1");
});

Deno.test("drawHeat() has the stops' colours at their scores, and mixes between", () => {
  const data = Float32Array.of(0, 0.25, 0.5, 0.75, 1, 0.125);
  const heat = drawHeat({ width: 6, height: 1, data });
  const colours = Array.from({ length: 6 }, (_, i) => [...heat.data.subarray(3 * i, 3 * i + 3)]);
  assertEquals(colours.slice(0, 5), heatStops.map((stop) => [...stop]));
  assertEquals(colours[5], [52, 13, 76]);
});
