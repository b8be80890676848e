import { assert, assertEquals } from "@std/assert";
import { decideRollBack, DEFAULT_ROLL_BACK_LIMITS } from "../../../runtime/registry/roll_back.ts";
import type { RunStats } from "../../../runtime/registry/run_window.ts";

const good: RunStats = { frames: 500, errors: 0, medianMs: 20, p99Ms: 40 };
const decide = (candidate: Partial<RunStats>, reference: Partial<RunStats> = {}) =>
  decideRollBack({ candidate: { ...good, ...candidate }, reference: { ...good, ...reference } });

Deno.test("decideRollBack() goes on with a version that does as the one before", () => {
  assertEquals(decide({}), undefined);
  assertEquals(decide({ frames: 0, medianMs: undefined, p99Ms: undefined }), undefined);
});

Deno.test("decideRollBack() looks at the rise of the share of failed frames", () => {
  assertEquals(decide({ errors: 11 }), "11 of 500 frames failed (2.2 %), before 0.0 %");
  assertEquals(decide({ errors: 10 }), undefined);
  assertEquals(decide({ errors: 11 }, { errors: 5 }), undefined);
  assert(decide({ errors: 16 }, { errors: 5 }));
});

Deno.test("decideRollBack() needs few frames when all of them fail, but not one", () => {
  const failing = { medianMs: undefined, p99Ms: undefined };
  assert(decide({ ...failing, frames: 3, errors: 3 }));
  assertEquals(decide({ ...failing, frames: 2, errors: 2 }), undefined);
});

Deno.test("decideRollBack() looks at the median, beyond a ratio and a slack", () => {
  assertEquals(decide({ medianMs: 45, p99Ms: 45 }), undefined);
  assertEquals(decide({ medianMs: 45.1 }), "median of a frame is 45.1 ms, before 20.0 ms");
  assertEquals(decide({ medianMs: 4, p99Ms: 4 }, { medianMs: 0.1, p99Ms: 0.1 }), undefined);
  assertEquals(decide({ medianMs: 100, frames: 19 }), undefined);
  assertEquals(decide({ medianMs: 100 }, { frames: 19 }), undefined);
});

Deno.test("decideRollBack() looks at the tail when there are enough frames", () => {
  assertEquals(decide({ p99Ms: 125 }), undefined);
  assertEquals(decide({ p99Ms: 126 }), "p99 of a frame is 126.0 ms, before 40.0 ms");
  assertEquals(decide({ p99Ms: 126, frames: 199 }), undefined);
});

Deno.test("decideRollBack() takes other limits", () => {
  const limits = { ...DEFAULT_ROLL_BACK_LIMITS, minErrors: 1, maxErrorRise: 0 };
  assert(decideRollBack({ candidate: { ...good, errors: 1 }, reference: good, limits }));
});
