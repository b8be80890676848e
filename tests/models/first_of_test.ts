import { assertEquals } from "@std/assert";
import { firstOf } from "../../models/first_of.ts";

Deno.test("firstOf() names one path, and counts the others", () => {
  assertEquals(firstOf(["a.png"]), '"a.png"');
  assertEquals(firstOf(["a.png", "b.png", "c.png"]), '"a.png" and 2 more');
});
