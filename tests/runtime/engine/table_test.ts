import { assertEquals } from "@std/assert";
import { formatTable } from "../../../runtime/engine/table.ts";

Deno.test("formatTable() aligns columns and leaves no blanks at line ends", () => {
  const rows = [["a", "ms", "why"], ["long", "1.5", ""], ["b", "12.5", "x"]];
  assertEquals(
    formatTable(rows, ["left", "right", "left"]).split("\n"),
    ["a       ms  why", "long   1.5", "b     12.5  x"],
  );
});
