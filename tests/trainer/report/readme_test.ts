import { assertEquals, assertThrows } from "@std/assert";
import { replaceSection } from "../../../trainer/report/readme.ts";

const text = "before\n<!-- table:begin -->\nold\n<!-- table:end -->\nafter\n";

Deno.test("replaceSection() replaces what stands between the markers and nothing else", () => {
  const expected = "before\n<!-- table:begin -->\n\nnew\n\n<!-- table:end -->\nafter\n";
  assertEquals(replaceSection(text, "table", "new\n"), expected);
  assertEquals(replaceSection(expected, "table", "new"), expected);
});

Deno.test("replaceSection() refuses missing, repeated and reversed markers", () => {
  const wrong = [
    "no markers",
    "<!-- table:begin -->",
    "<!-- table:end --><!-- table:begin -->",
    text + text,
  ];
  for (const document of wrong) {
    assertThrows(() => replaceSection(document, "table", "new"), RangeError, "table");
  }
});
