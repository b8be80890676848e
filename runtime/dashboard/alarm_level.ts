// Where the marks beside a score belong. Shows nothing itself.

import type { Segmentation } from "../reply.ts";

/** The score from which a region is an alarm: it must reach both levels. */
export function alarmLevel(reply: Pick<Segmentation, "threshold" | "minRegionScore">): number {
  return Math.max(reply.threshold, reply.minRegionScore);
}
