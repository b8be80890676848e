import { assertEquals } from "@std/assert";
import { binOf, scoreCounts } from "../../models/score_counts.ts";

Deno.test("binOf() puts each score into its bin, the ends included", () => {
  assertEquals([0, 0.049, 0.05, 0.5, 0.999, 1].map((score) => binOf(score, 20)), [
    ...[0, 0, 1, 10, 19, 19],
  ]);
});

Deno.test("scoreCounts() counts an image by the maximum of its map", () => {
  const { counts, add } = scoreCounts(4);
  for (const data of [[0, 0.2], [0.3, 0.1], [0.9, 0.9], [0, 0]]) {
    add({ width: 2, height: 1, data: Float32Array.from(data) });
  }
  assertEquals(counts, [2, 1, 0, 1]);
});
