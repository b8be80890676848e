import { assertEquals } from "@std/assert";
import { createTop } from "../../../trainer/report/top.ts";

Deno.test("createTop() keeps the highest ranks, of equal ones the first", () => {
  const top = createTop<string>(3);
  for (const [rank, item] of [[1, "a"], [3, "b"], [2, "c"], [3, "d"], [0, "e"]] as const) {
    top.add(rank, item);
  }
  assertEquals(top.items(), ["b", "d", "c"]);
});
