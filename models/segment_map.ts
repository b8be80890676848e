// From a map to its mask: the one meaning of a card's rule, for what is measured and for what is served.

import { type Component, findComponents, type RunScore, runScoreOf } from "./components.ts";
import type { Mask, ScoreMap } from "./image.ts";
import { maskOf } from "./metrics.ts";

/** How a card turns scores into a mask. */
export interface MaskRule {
  /** A pixel is in the mask when its score is at least this, 0..1. */
  readonly threshold: number;
  /** Components of fewer map pixels are removed from the mask. */
  readonly minRegionPixels: number;
  /**
   * Components whose highest score is less are removed too, 0..1.
   *
   * @default {0}
   */
  readonly minRegionScore?: number;
}

/** A mask without small and weak components, and the components that are left, in reading order. */
export interface SegmentedMap {
  readonly mask: Mask;
  readonly components: readonly Component[];
}

/** Applies a card's rule to a map. */
export function segmentMap(map: ScoreMap, rule: MaskRule): SegmentedMap {
  return segmentMask(maskOf(map, rule.threshold), runScoreOf(map), rule);
}

/** The rest of a card's rule, for a mask that the threshold has made already: it is changed in place. */
export function segmentMask(mask: Mask, runScore: RunScore, rule: MaskRule): SegmentedMap {
  const { components, starts, ends, owners } = findComponents(mask, runScore);
  const { minRegionPixels, minRegionScore = 0 } = rule;
  const isKept = ({ area, score }: Component) => area >= minRegionPixels && score >= minRegionScore;
  owners.forEach((owner, run) => {
    if (!isKept(components[owner]!)) mask.data.fill(0, starts[run], ends[run]);
  });
  return { mask, components: components.filter(isKept) };
}
