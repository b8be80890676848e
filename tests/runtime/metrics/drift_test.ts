import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { createDrift, stabilityIndex } from "../../../runtime/metrics/drift.ts";

Deno.test("stabilityIndex() is 0 for alike shares and what the formula says for others", () => {
  assertEquals(stabilityIndex([10, 30], [1, 3]), 0);
  // By hand: (0.25 − 0.5)·ln(0.25/0.5) + (0.75 − 0.5)·ln(0.75/0.5) = 0.25·ln 2 + 0.25·ln 1.5
  assertAlmostEquals(stabilityIndex([1, 1], [1, 3]), 0.25 * Math.log(2) + 0.25 * Math.log(1.5));
});

Deno.test("stabilityIndex() stays finite with an empty bin and refuses what cannot be compared", () => {
  const index = stabilityIndex([1, 1, 0], [1, 0, 1]);
  assert(Number.isFinite(index) && index > 5, `${index}`);
  assertThrows(() => stabilityIndex([1], [1, 2]), RangeError);
  assertThrows(() => stabilityIndex([1, 1], [0, 0]), RangeError);
});

Deno.test("createDrift() looks back on its window, once enough has come", () => {
  const drift = createDrift([5, 5], 4, 2);
  drift.add(0.1);
  assertEquals(drift.index(), undefined);
  drift.add(1);
  assertEquals(drift.index(), 0);
  for (let n = 0; n < 4; n++) drift.add(0.9);
  assertAlmostEquals(drift.index()!, stabilityIndex([5, 5], [0, 4]));
  for (const score of [0, 0.49, 0.5, 1]) drift.add(score);
  assertEquals(drift.index(), 0);
});
