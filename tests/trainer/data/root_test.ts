import { assertEquals } from "@std/assert";
import { dataRoot } from "../../../trainer/data/root.ts";

Deno.test("dataRoot() takes what is not the name of the fixtures for a path", async () => {
  assertEquals(await dataRoot("/data/plates"), "/data/plates");
  assertEquals(await dataRoot("./fixtures"), "./fixtures");
});
