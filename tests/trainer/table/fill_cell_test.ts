import { assertEquals, assertMatch } from "@std/assert";
import { MODEL_NAME } from "../../../models/card.ts";
import { modelName } from "../../../trainer/table/fill_cell.ts";

Deno.test("modelName() makes of a product's name what a package may be called", () => {
  for (
    const [name, expected] of [
      ["unet-small-bottle", "unet-small-bottle"],
      ["dpt-tiny-MT_Blow hole (2)", "dpt-tiny-mt-blow-hole-2"],
    ] as const
  ) {
    assertEquals(modelName(name), expected);
    assertMatch(modelName(name), MODEL_NAME);
  }
});
