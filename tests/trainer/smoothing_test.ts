import { assertAlmostEquals, assertEquals } from "@std/assert";
import { createSmoothing } from "../../trainer/smoothing.ts";
import { FLOAT64_SUM } from "../tolerances.ts";

Deno.test("createSmoothing() begins at the first value and moves a twentieth of the way", () => {
  const smooth = createSmoothing();
  assertEquals(smooth(1), 1);
  assertAlmostEquals(smooth(0), 0.95, FLOAT64_SUM);
  assertAlmostEquals(smooth(1), 0.9525, FLOAT64_SUM);
});
