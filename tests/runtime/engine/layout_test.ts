import { assertEquals } from "@std/assert";
import { fitLanes } from "../../../runtime/engine/layout.ts";

const fit = (cores: number, chosen = {}) => {
  const { lanes, threads, spinUs } = fitLanes(chosen, cores);
  return [lanes, threads, spinUs !== undefined];
};

Deno.test("fitLanes() gives two threads for each core, in lanes of as many as one graph can feed", () => {
  assertEquals([1, 2, 8, 16, 64].map((cores) => fit(cores)), [
    [1, 1, false],
    [2, 2, true],
    [2, 8, true],
    [4, 8, true],
    [16, 8, true],
  ]);
});

Deno.test("fitLanes() takes what is chosen and fits the rest", () => {
  assertEquals(fit(4, { lanes: 1 }), [1, 4, false]);
  assertEquals(fit(4, { threads: 1 }), [8, 1, true]);
  assertEquals(fit(4, { lanes: 3, threads: 2 }), [3, 2, true]);
});
