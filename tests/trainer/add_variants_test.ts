import { assertEquals } from "@std/assert";
import { modelsAround } from "../../trainer/add_variants.ts";

Deno.test("modelsAround() is the folder that a package lies in by name and version, else models", () => {
  const card = { name: "bolt", version: "1.0.0" };
  assertEquals(modelsAround("runs/light/models/bolt/1.0.0", card), "runs/light/models");
  assertEquals(modelsAround("bolt/1.0.0/", card), ".");
  assertEquals(modelsAround("/srv/bolt/1.0.0", card), "/srv");
  assertEquals(modelsAround("bolt-1.0.0", card), "models");
  assertEquals(modelsAround("/srv/nut/1.0.0", card), "models");
});
