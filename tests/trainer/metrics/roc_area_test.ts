import { assertAlmostEquals, assertEquals } from "@std/assert";
import { createRandom } from "../../../models/random.ts";
import { rocArea } from "../../../trainer/metrics/roc_area.ts";
import { FLOAT64_SUM } from "../../tolerances.ts";

const scores = (...values: number[]) => Float32Array.from(values);

/** The reference: a point for every threshold, then trapezoids up to the limit. */
function trapezoids(good: Float32Array, defective: Float32Array, limit: number): number {
  const share = (values: Float32Array, threshold: number) =>
    values.filter((score) => score >= threshold).length / values.length;
  const thresholds = [...new Set([...good, ...defective])].sort((a, b) => b - a);
  let area = 0;
  let [x, y] = [0, 0];
  for (const threshold of thresholds) {
    const [nextX, nextY] = [share(good, threshold), share(defective, threshold)];
    if (nextX > limit) {
      const cutY = y + (nextY - y) * (limit - x) / (nextX - x);
      return (area + (limit - x) * (y + cutY) / 2) / limit;
    }
    area += (nextX - x) * (y + nextY) / 2;
    [x, y] = [nextX, nextY];
  }
  return area / limit;
}

Deno.test("rocArea() counts pairs by hand, ties half", () => {
  const good = scores(0.1, 0.4, 0.4, 0.6);
  // Above 3 of 4; above 1, two ties; above all.
  assertEquals(rocArea(good, scores(0.5, 0.4, 0.9), 1), (3 + 2 + 4) / 12);
  assertEquals(rocArea(good, scores(0.7), 1), 1);
  assertEquals(rocArea(good, scores(0), 1), 0);
  assertEquals(rocArea(good, scores(0.4), 1), 0.5);
});

Deno.test("rocArea() cuts the curve at the limit, inside a tie too", () => {
  const good = scores(0.1, 0.4, 0.4, 0.6);
  // The limit is 1.2 good scores. 0.9 has all of it, 0.5 from 1 on; 0.4 rises from 1 to 3 and is at 0.1 there.
  const byHand = (1.2 + 0.2 + 0.2 * 0.1 / 2) / 3 / 1.2;
  assertAlmostEquals(rocArea(good, scores(0.5, 0.4, 0.9), 0.3), byHand, FLOAT64_SUM);
  assertEquals(rocArea(good, scores(0.4), 0.25), 0);
});

Deno.test("rocArea() equals trapezoids between all thresholds, for any limit", () => {
  const random = createRandom("roc");
  for (let round = 0; round < 200; round++) {
    const levels = 1 + random.int(30);
    const some = () =>
      Float32Array.from({ length: 1 + random.int(40) }, () => random.int(levels) / levels);
    const [good, defective] = [some().sort(), some()];
    for (const limit of [0.05, 0.3, 0.5, 1]) {
      const expected = trapezoids(good, defective, limit);
      assertAlmostEquals(rocArea(good, defective, limit), expected, FLOAT64_SUM, `${limit}`);
    }
  }
});
