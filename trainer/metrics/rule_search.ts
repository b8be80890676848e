// Which rule makes the best masks of given maps: threshold and smallest region score together. Knows no model and no file.

import { findComponents, runScoreOf } from "../../models/components.ts";
import type { Mask, ScoreMap } from "../../models/image.ts";
import { expectSameSize, maskOf, quotient } from "../../models/metrics.ts";

/** What a rule reaches. */
export interface RuleScore {
  /** See `MaskRule`. */
  readonly threshold: number;
  /** See `MaskRule`; 0 removes nothing. */
  readonly minRegionScore: number;
  /** As in `MaskMetrics`. */
  readonly iou_image: number;
}

/** Collects maps one by one and keeps only sums per rule. */
export interface RuleSearch {
  /** Adds a map. @throws RangeError when the sizes differ. */
  add(map: ScoreMap, truth: Mask): void;
  /** Every rule, by rising threshold, then by rising region score. @throws RangeError when no map was added. */
  scores(): RuleScore[];
  /**
   * The rule with the highest `iou_image`; of equal ones those whose threshold is nearest to 0.5, and of their region scores
   * the middle one: as far from what good parts reach as from what defects do, since other images will lie otherwise.
   * @throws RangeError when no map was added.
   */
  best(): RuleScore;
}

export interface RuleGrid {
  /** @default 0.02, 0.04 … 0.98 */
  readonly thresholds?: readonly number[];
  /** Region scores that are tried above each threshold, beside none. Dense near 1, where a sure network has its maps. */
  readonly regionScores?: readonly number[];
}

export const defaultGrid: Required<RuleGrid> = {
  thresholds: Array.from({ length: 49 }, (_, i) => (i + 1) / 50),
  regionScores: [0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999, 0.9995, 0.9999],
};

/**
 * A rule with two levels (hysteresis; Canny 1986, section VII): the lower one draws the outline of a region, the higher one
 * decides whether there is one. With one level for both, a threshold high enough to keep good parts clean eats the outlines.
 *
 * @throws RangeError when there is no threshold.
 */
export function createRuleSearch(grid: RuleGrid = {}): RuleSearch {
  const { thresholds, regionScores } = { ...defaultGrid, ...grid };
  if (thresholds.length === 0) throw new RangeError("Cannot search: there is no threshold");
  const levels = [...thresholds].sort((a, b) => a - b).map((threshold) => {
    const above = regionScores.filter((score) => score > threshold).sort((a, b) => a - b);
    const minRegionScores = [0, ...above];
    return { threshold, minRegionScores, sums: new Float64Array(minRegionScores.length) };
  });
  let images = 0;

  function scores(): RuleScore[] {
    if (images === 0) throw new RangeError("Cannot choose a rule: no map was added");
    return levels.flatMap(({ threshold, minRegionScores, sums }) =>
      minRegionScores.map((minRegionScore, at) => ({
        threshold,
        minRegionScore,
        iou_image: sums[at]! / images,
      }))
    );
  }
  return {
    add(map, truth) {
      expectSameSize(map, truth);
      const truthCount = truth.data.reduce((sum, value) => sum + value, 0);
      for (const { threshold, minRegionScores, sums } of levels) {
        const regions = regionsOf(map, truth, threshold);
        minRegionScores.forEach((minimum, at) => {
          let [predicted, hit] = [0, 0];
          for (const { score, area, overlap } of regions) {
            if (score < minimum) continue;
            predicted += area;
            hit += overlap;
          }
          sums[at]! += quotient(hit, predicted + truthCount - hit);
        });
      }
      images++;
    },
    scores,
    best() {
      const all = scores();
      const { threshold, iou_image } = all.reduce((best, rule) =>
        isBetter(rule, best) ? rule : best
      );
      const equal = all.filter((rule) =>
        rule.threshold === threshold && rule.iou_image === iou_image
      );
      return equal[equal.length >> 1]!;
    },
  };
}

function isBetter(rule: RuleScore, than: RuleScore): boolean {
  if (rule.iou_image !== than.iou_image) return rule.iou_image > than.iou_image;
  return Math.abs(rule.threshold - 0.5) < Math.abs(than.threshold - 0.5);
}

/** The regions of a map at a threshold, each with how many of its pixels are a defect's. */
function regionsOf(map: ScoreMap, truth: Mask, threshold: number) {
  const { components, starts, ends, owners } = findComponents(
    maskOf(map, threshold),
    runScoreOf(map),
  );
  const overlaps = new Uint32Array(components.length);
  owners.forEach((owner, run) => {
    for (let at = starts[run]!; at < ends[run]!; at++) overlaps[owner]! += truth.data[at]!;
  });
  return components.map(({ score, area }, at) => ({ score, area, overlap: overlaps[at]! }));
}
