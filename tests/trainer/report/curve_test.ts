import { assertEquals } from "@std/assert";
import { smoothed, thinned } from "../../../trainer/report/curve.ts";

const points = Array.from({ length: 10 }, (_, x) => ({ x, y: 2 * x }));

Deno.test("smoothed() follows a twentieth of the way", () => {
  assertEquals(smoothed([{ x: 0, y: 1 }, { x: 1, y: 0 }]), [{ x: 0, y: 1 }, { x: 1, y: 0.95 }]);
});

Deno.test("thinned() gives means of neighbours, and all points where they are few", () => {
  assertEquals(thinned(points, 5).map(({ x, y }) => [x, y]), [
    ...[[0.5, 1], [2.5, 5], [4.5, 9], [6.5, 13], [8.5, 17]],
  ]);
  assertEquals(thinned(points, 100), points);
  assertEquals(thinned([], 5), []);
});
