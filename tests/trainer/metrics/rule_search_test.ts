import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import type { Mask, ScoreMap } from "../../../models/image.ts";
import { evaluateMasks } from "../../../models/metrics.ts";
import { createRandom } from "../../../models/random.ts";
import {
  createRuleSearch,
  defaultGrid,
  type RuleGrid,
} from "../../../trainer/metrics/rule_search.ts";
import { segmentMap } from "../../../models/segment_map.ts";
import { goldenPairs, map, mask } from "../../helpers/small_maps.ts";
import { FLOAT64_SUM } from "../../tolerances.ts";
import golden from "../../models/golden/metrics.json" with { type: "json" };

Deno.test("createRuleSearch() equals scikit-learn at every threshold", () => {
  const search = createRuleSearch({ regionScores: [] });
  for (const { map, truth } of goldenPairs()) search.add(map, truth);
  const curve = search.scores();
  assertEquals(curve.map(({ threshold }) => threshold), defaultGrid.thresholds);
  for (const [i, { iou_image }] of curve.entries()) {
    assertAlmostEquals(
      iou_image,
      golden.curve[i]!,
      FLOAT64_SUM,
      `threshold ${defaultGrid.thresholds[i]}`,
    );
  }
});

Deno.test("createRuleSearch() equals segmenting each map, also for odd scores and grids", () => {
  const random = createRandom("scores");
  const odd = [0, 1, -0.5, 1.5, NaN, 0.02, 0.98, 0.3, Infinity, -Infinity, 615 / 2048];
  const grid = [0.3, 0.301, 0.3015, 615 / 2048, 0.02, 0.98, 1, 0];
  const pairs = Array.from({ length: 20 }, () => ({
    map: map(...Array.from({ length: 4 }, () => {
      return random.int(3) === 0 ? odd[random.int(odd.length)]! : random.next();
    })),
    truth: mask(...Array.from({ length: 4 }, () => random.int(2))),
  }));
  const search = createRuleSearch({ thresholds: grid, regionScores: [0.3005, 0.9] });
  for (const { map, truth } of pairs) search.add(map, truth);
  for (const { iou_image, ...levels } of search.scores()) {
    const rule = { ...levels, minRegionPixels: 0 };
    const metrics = evaluateMasks(
      pairs.map(({ map, truth }) => ({ prediction: segmentMap(map, rule).mask, truth })),
    );
    assertAlmostEquals(iou_image, metrics.iou_image, FLOAT64_SUM, JSON.stringify(rule));
  }
});

function best(pairs: readonly { map: ScoreMap; truth: Mask }[], grid?: RuleGrid) {
  const search = createRuleSearch(grid);
  for (const { map, truth } of pairs) search.add(map, truth);
  return search.best();
}

Deno.test("best() takes the best, of equal ones the threshold nearest to 0.5", () => {
  const expected = Math.max(...golden.curve);
  const chosen = best(goldenPairs(), { regionScores: [] });
  assertAlmostEquals(chosen.iou_image, expected, FLOAT64_SUM);
  assertEquals(chosen.threshold, defaultGrid.thresholds[golden.curve.indexOf(expected)]);
  // Every threshold in (0.1, 0.9] separates these scores.
  const clear = { map: map(0.9, 0.1, 0.1, 0.1), truth: mask(1, 0, 0, 0) };
  const plain = { regionScores: [] };
  assertEquals(best([clear], plain), { threshold: 0.5, minRegionScore: 0, iou_image: 1 });
  const low = { map: map(0.3, 0.1, 0.1, 0.1), truth: mask(1, 0, 0, 0) };
  assertEquals(best([low]).threshold, 0.3);
});

Deno.test("best() takes the middle of the region scores that do equally well", () => {
  const defect = { map: map(0.96, 0.1, 0.1, 0.1), truth: mask(1, 0, 0, 0) };
  const good = { map: map(0.72, 0.1, 0.1, 0.1), truth: mask(0, 0, 0, 0) };
  // 0.8, 0.9 and 0.95 tell the two apart.
  assertEquals(best([defect, good]).minRegionScore, 0.9);
});

Deno.test("best() keeps a good part clean without eating the outline of a defect", () => {
  const defect = { map: map(0.97, 0.4, 0.1, 0.1), truth: mask(1, 1, 0, 0) };
  const good = { map: map(0.92, 0.1, 0.1, 0.1), truth: mask(0, 0, 0, 0) };
  assertEquals(best([defect, good]), { threshold: 0.4, minRegionScore: 0.95, iou_image: 1 });
  // One level for both loses half of the defect or alarms on the good part.
  assertEquals(best([defect, good], { regionScores: [] }).iou_image, 0.75);
});

Deno.test("createRuleSearch() refuses an empty grid, an empty set and other sizes", () => {
  assertThrows(() => createRuleSearch({ thresholds: [] }), RangeError, "there is no threshold");
  assertThrows(() => createRuleSearch().best(), RangeError, "no map was added");
  const wide = { width: 4, height: 1, data: new Float32Array(4) };
  const search = createRuleSearch();
  assertThrows(() => search.add(wide, mask(0, 0, 0, 0)), RangeError, "4×1 with truth of 2×2");
});
