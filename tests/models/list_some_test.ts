import { assertEquals } from "@std/assert";
import { listSome } from "../../models/list_some.ts";

Deno.test("listSome() gives a line each up to the limit, and how many more there are", () => {
  assertEquals(listSome(["a", "b"], 2), "a\n  b");
  assertEquals(listSome(["a", "b", "c", "d"], 2), "a\n  b\n  and 2 more");
  const many = Array.from({ length: 32 }, (_, i) => String(i));
  assertEquals(listSome(many).split("\n").slice(19), ["  19", "  and 12 more"]);
});
