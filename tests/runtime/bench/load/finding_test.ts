import { assertEquals } from "@std/assert";
import { formatFindings, passes } from "../../../../runtime/bench/load/finding.ts";

const finding = (value: number, bar?: { most: number } | { least: number }) => ({
  ...{ name: "age", value, unit: "ms" },
  ...(bar ? { bar } : {}),
});

Deno.test("passes() holds a figure against its bar; one that is no number never passes", () => {
  const cases = [
    finding(5),
    finding(3, { most: 3 }),
    finding(3.1, { most: 3 }),
    finding(95, { least: 95 }),
    finding(94.9, { least: 95 }),
    finding(NaN, { most: 3 }),
    finding(NaN, { least: 3 }),
  ];
  assertEquals(cases.map(passes), [true, true, false, true, false, false, false]);
});

Deno.test("formatFindings() prints figures, bars and what missed them", () => {
  const lines = formatFindings([
    finding(12.345),
    finding(3.5, { most: 3 }),
    finding(99, { least: 95 }),
  ])
    .split("\n").map((line) => line.trim().split(/ {2,}/));
  assertEquals(lines.slice(1), [
    ["age", "12.35", "ms"],
    ["age", "3.50", "ms", "≤ 3", "missed"],
    ["age", "99", "ms", "≥ 95"],
  ]);
});
