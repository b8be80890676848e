import { assertEquals } from "@std/assert";
import { histogram } from "../../../trainer/report/bins.ts";

Deno.test("histogram() counts twentieths, the upper edge in the next one and 1 in the last", () => {
  const counts = histogram([0, 0.049, 0.05, 0.25, 0.2499, 0.999, 1]);
  assertEquals(counts, [2, 1, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2]);
  assertEquals(histogram([]), new Array(20).fill(0));
});
