import { assert, assertEquals } from "@std/assert";
import { createSpread } from "../../../runtime/registry/spread.ts";

const taken = (share: number, calls: number) => {
  const takes = createSpread(share);
  return Array.from({ length: calls }, takes);
};

Deno.test("createSpread() gives exactly its share, evenly", () => {
  assertEquals(taken(0.25, 8), [false, false, false, true, false, false, false, true]);
  assertEquals(taken(0, 3), [false, false, false]);
  assertEquals(taken(1, 3), [true, true, true]);
});

Deno.test("createSpread() is never a whole call away from its share", () => {
  for (const share of [0.01, 0.1, 1 / 3, 0.5, 0.77, 0.999]) {
    let given = 0;
    taken(share, 10_000).forEach((yes, at) => {
      if (yes) given++;
      assert(Math.abs(given - (at + 1) * share) <= 1, `${given} of ${at + 1} at ${share}`);
    });
  }
});
