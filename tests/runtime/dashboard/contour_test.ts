import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { traceContours } from "../../../runtime/dashboard/contour.ts";

const mask = (...rows: string[]) => ({
  width: rows[0]!.length,
  height: rows.length,
  data: Uint8Array.from(rows.join(""), (cell) => cell === "#" ? 1 : 0),
});

/** Area on the right hand of the line: positive for the outer border, negative for a hole. */
function areaOf(contour: readonly number[]): number {
  let twice = 0;
  for (let at = 0; at < contour.length; at += 2) {
    const next = (at + 2) % contour.length;
    twice += contour[at]! * contour[next + 1]! - contour[next]! * contour[at + 1]!;
  }
  return twice / 2;
}

Deno.test("traceContours() draws a diamond around one pixel's centre", () => {
  const [contour] = traceContours(mask("...", ".#.", "..."));
  const points = new Set(
    Array.from({ length: 4 }, (_, i) => contour!.slice(2 * i, 2 * i + 2).join()),
  );
  assertEquals(points, new Set(["1.5,1", "2,1.5", "1.5,2", "1,1.5"]));
  assertEquals(areaOf(contour!), 0.5);
});

Deno.test("traceContours() closes lines at the picture's border", () => {
  const contours = traceContours(mask("##", "##"));
  assertEquals(contours.length, 1);
  assertEquals(areaOf(contours[0]!), 3.5); // 2×2 without four corners of 1/8
});

Deno.test("traceContours() gives a hole a line of its own, the other way round", () => {
  const areas = traceContours(mask("###", "#.#", "###")).map(areaOf).sort((a, b) => a - b);
  assertEquals(areas, [-0.5, 8.5]);
});

Deno.test("traceContours() keeps pixels apart that touch at a corner, and finds nothing in nothing", () => {
  assertEquals(traceContours(mask("#.", ".#")).map(areaOf), [0.5, 0.5]);
  assertEquals(traceContours(mask(".#", "#.")).map(areaOf), [0.5, 0.5]);
  assertEquals(traceContours(mask("..", "..")), []);
});

Deno.test("traceContours() follows the map between pixels", () => {
  const map = { width: 2, height: 1, data: Uint8Array.of(200, 100) };
  const [contour] = traceContours(mask("#."), map, 150);
  const right = Math.max(...contour!.filter((_, index) => index % 2 === 0));
  assertAlmostEquals(right, 1, 0.01); // half-way from 200 to 100 is 150
  const [steep] = traceContours(mask("#."), { ...map, data: Uint8Array.of(160, 100) }, 150);
  assert(Math.max(...steep!.filter((_, index) => index % 2 === 0)) < 0.7);
});
