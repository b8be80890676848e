import { assertEquals } from "@std/assert";
import { countDefects, spreadDefects } from "../../models/split_defects.ts";

Deno.test("countDefects() counts by product, identical images once", () => {
  const of = (product: string, path: string, defect: string) => ({ product, path, defect });
  const samples = [
    ...[of("bolt", "1", "bent"), of("bolt", "2", "cut"), of("bolt", "3", "good")],
    ...[of("nut", "4", "bent"), of("nut", "5", "bent"), of("tile", "6", "good")],
  ];
  assertEquals([...countDefects(samples, {})], [["bolt", 2], ["nut", 2]]);
  assertEquals([...countDefects(samples, { "4": "a", "5": "a" })], [["bolt", 2], ["nut", 1]]);
});

/** What becomes of parts whose paths begin with the type of their defect, `g` being good. */
function spread(...parts: string[][]): string[][] {
  spreadDefects(parts, (path) => path.startsWith("g") ? "good" : path[0]!);
  return parts;
}

Deno.test("spreadDefects() gives of what the largest part has most, for a good image", () => {
  assertEquals(spread(["a1", "b1", "b2", "g1"], ["g2", "g3"], ["a2"]), [
    ["a1", "b1", "g2", "g1"],
    ["g3", "b2"],
    ["a2"],
  ]);
  assertEquals(spread(["a1", "a2", "a3"], [], []), [["a1"], ["a3"], ["a2"]]);
  assertEquals(spread(["g1"], ["a1"], ["a2", "b1"]), [["a2"], ["a1"], ["g1", "b1"]]);
});

Deno.test("spreadDefects() changes nothing where each part has one, or there are too few", () => {
  for (const parts of [[["a1"], ["a2"], ["b1", "b2"]], [["a1", "a2"], ["g1"], ["g2"]]]) {
    assertEquals(spread(...structuredClone(parts)), parts);
  }
});
