import { assertEquals, assertMatch, assertStringIncludes, assertThrows } from "@std/assert";
import { paretoPlot } from "../../../trainer/light/pareto_plot.ts";
import {
  type Candidate,
  formatSearch,
  paretoFront,
  type Search,
} from "../../../trainer/light/search.ts";

const candidate = (name: string, int8Ms: number, iouDefect: number): Candidate => ({
  ...{ name, int8Ms, iouDefect, iouImage: 0.9, multiplyAdds: 0.5, bytes: 2e6, fp32Ms: 2 * int8Ms },
});
const search: Search = {
  ...{ teacher: "big", teacherMs: 50, threads: 2, steps: 100, seed: 0 },
  candidates: [
    candidate("slow", 10, 0.7),
    candidate("fast", 4, 0.5),
    candidate("beaten", 6, 0.4),
    candidate("same", 10, 0.6),
  ],
  overBudget: [{ name: "rough", multiplyAdds: 0.25 }],
};

Deno.test("paretoFront() keeps what no other one beats in both, from fast to slow", () => {
  assertEquals(paretoFront(search.candidates).map(({ name }) => name), ["fast", "slow"]);
  assertEquals(paretoFront([]), []);
});

Deno.test("formatSearch() marks the front and sets times beside the teacher's", () => {
  const table = formatSearch(search);
  assertStringIncludes(table, "Students of big (50.0 ms), 100 steps, seed 0");
  const rows = table.split("\n").filter((line) => line.startsWith("| ")).slice(2);
  assertEquals(rows.map((row) => row.split("|")[1]!.trim()), [
    "fast *",
    "beaten",
    "slow *",
    "same",
    "rough",
  ]);
  assertMatch(table, /\| rough +\| +0\.25 \|( +– \|){5} over budget \|/);
  assertMatch(table, /\| fast \* .*\| +8\.0 \| +4\.0 \| +0\.080 \|/);
});

Deno.test("paretoPlot() draws every candidate by name, and a line through the front", () => {
  const svg = paretoPlot(search);
  assertMatch(svg, /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" /);
  assertEquals(svg.match(/<circle/g)!.length, 4);
  assertEquals(svg.match(/class="worth"/g)!.length, 2);
  assertEquals(svg.match(/class="front" d="M[\d. ]+L[\d. ]+"/g)!.length, 1);
  for (const { name } of search.candidates) assertStringIncludes(svg, `>${name}</text>`);
  assertThrows(() => paretoPlot({ ...search, candidates: [] }), RangeError);
});
