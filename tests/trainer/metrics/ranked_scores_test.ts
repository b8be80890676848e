import { assertEquals } from "@std/assert";
import { countAbove, countBelow, rankScores } from "../../../trainer/metrics/ranked_scores.ts";

const scores = (...values: number[]) => Float32Array.from(values);

Deno.test("rankScores() puts parts together in rising order and leaves them as they are", () => {
  const good = [scores(0.5, 0.25), scores(), scores(0.125, 0.5)];
  const defective = [scores(1, 0.75)];
  assertEquals(rankScores(good, defective), {
    good: scores(0.125, 0.25, 0.5, 0.5),
    defective: scores(0.75, 1),
  });
  assertEquals(good, [scores(0.5, 0.25), scores(), scores(0.125, 0.5)]);
  assertEquals(defective, [scores(1, 0.75)]);
});

Deno.test("rankScores() ranks nothing where a class is empty", () => {
  assertEquals(rankScores([scores(0.5)], []), undefined);
  assertEquals(rankScores([scores()], [scores(0.5)]), undefined);
});

Deno.test("countBelow() and countAbove() count neither ties nor the other side", () => {
  const rising = scores(0.125, 0.25, 0.25, 0.25, 0.5);
  const asked = [0, 0.125, 0.2, 0.25, 0.3, 0.5, 1];
  assertEquals(asked.map((score) => countBelow(rising, score)), [0, 0, 1, 1, 4, 4, 5]);
  assertEquals(asked.map((score) => countAbove(rising, score)), [5, 4, 4, 1, 1, 0, 0]);
  assertEquals([countBelow(scores(), 0.5), countAbove(scores(), 0.5)], [0, 0]);
});
