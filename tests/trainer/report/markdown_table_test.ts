import { assertEquals } from "@std/assert";
import { markdownTable } from "../../../trainer/report/markdown_table.ts";

Deno.test("markdownTable() pads columns to one width and puts a rule under the heading", () => {
  const rows = [["name", "taps", "n"], ["a", "3, 6", "1"], ["longer", "–", "1000"]];
  assertEquals(
    markdownTable(rows, ["left", "left", "right"]),
    `
| name   | taps |    n |
| ------ | ---- | ---: |
| a      | 3, 6 |    1 |
| longer | –    | 1000 |
`.trim(),
  );
});
