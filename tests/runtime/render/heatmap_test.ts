import { assertEquals } from "@std/assert";
import { HEAT_COLOURS } from "../../../runtime/render/colour_map.ts";
import { renderHeatmap } from "../../../runtime/render/heatmap.ts";

const colour = (score: number) => {
  const entry = Math.round(255 * score) * 3;
  return [...HEAT_COLOURS.subarray(entry, entry + 3)];
};

Deno.test("renderHeatmap() colours each score at the map's own size", () => {
  const map = { width: 2, height: 2, data: Float32Array.of(0, 0.25, 0.5, 1) };
  const expected = [0, 0.25, 0.5, 1].flatMap(colour);
  assertEquals([...renderHeatmap(map, 2, 2).data], expected);
});

Deno.test("renderHeatmap() enlarges bilinearly with half-pixel centres", () => {
  const map = { width: 2, height: 1, data: Float32Array.of(0, 1) };
  const row = [0, 0.25, 0.75, 1].flatMap(colour);
  const { width, height, data } = renderHeatmap(map, 4, 2);
  assertEquals([width, height], [4, 2]);
  assertEquals([...data], [...row, ...row]);
});
