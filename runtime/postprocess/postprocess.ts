// From the network's map to what a reply says: mask, regions, score, verdict. Pure, one map at a time.

import type { Mask, ScoreMap } from "../../models/image.ts";
import { type MaskRule, segmentMap } from "../../models/segment_map.ts";
import type { Region, Verdict } from "../reply.ts";
import { type Size, toRegions } from "./regions.ts";
import { maxScore, requireScore } from "./scores.ts";

export interface PostprocessOptions extends MaskRule {
  /** The frame's size in pixels, which regions are scaled to. */
  readonly frame: Size;
}

export interface Finding {
  readonly verdict: Verdict;
  /** Highest score of the whole map, small components included, 0..1. */
  readonly score: number;
  /** Of the map's size, without small components. */
  readonly mask: Mask;
  readonly regions: readonly Region[];
}

/**
 * Thresholds the map, removes small components and describes the others.
 *
 * @throws {ProviderError} code "run" when a score is no finite number.
 */
export function postprocess(map: ScoreMap, options: PostprocessOptions): Finding {
  const score = requireScore(maxScore(map));
  const { mask, components } = segmentMap(map, options);
  return {
    verdict: components.length > 0 ? "defect" : "ok",
    score,
    mask,
    regions: toRegions(components, map, options.frame),
  };
}
