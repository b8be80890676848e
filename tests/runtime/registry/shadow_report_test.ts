import { assertAlmostEquals, assertEquals } from "@std/assert";
import { createShadowTally } from "../../../runtime/registry/shadow_report.ts";
import type { Segmentation } from "../../../runtime/reply.ts";
import { fakeSegmentation } from "../../helpers/fake_lane.ts";

const answer = (verdict: "ok" | "defect", ...map: number[]): Segmentation => ({
  ...fakeSegmentation(),
  verdict,
  ...(map.length > 0 && { map: Uint8Array.from(map) }),
});

Deno.test("createShadowTally() sums up how two versions differ", () => {
  const tally = createShadowTally();
  tally.compare(answer("ok", 0, 10), answer("ok", 0, 61));
  tally.compare(answer("ok", 5, 5), answer("defect", 5, 6));
  tally.compare(answer("ok", 5, 5), answer("ok", 5));
  tally.compare(answer("ok", 5, 5), new Error("crashed"));
  tally.compare(new Error("bad frame"), new Error("bad frame"));
  tally.skip(3);
  tally.time(2, 20, 30);
  const { maxMapDifference, meanMapDifference, ...counts } = tally.report();
  assertEquals(counts, {
    ...{ frames: 3, skipped: 3, failed: 1, verdictDisagreements: 1, mapsCompared: 2 },
    latencyRatio: 1.5,
  });
  assertAlmostEquals(maxMapDifference!, 51 / 255);
  assertAlmostEquals(meanMapDifference!, 52 / 4 / 255);
});

Deno.test("createShadowTally() says nothing of what it has not seen", () => {
  const report = createShadowTally().report();
  assertEquals(Object.keys(report), [
    "frames",
    "skipped",
    "failed",
    "verdictDisagreements",
    "mapsCompared",
  ]);
});
