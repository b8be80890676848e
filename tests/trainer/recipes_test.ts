import { assertEquals, assertLess } from "@std/assert";
import { getNetwork, presetNames } from "../../trainer/networks/presets.ts";
import { recipeOf, tunedPresets } from "../../trainer/recipes.ts";

Deno.test("recipeOf() has a whole recipe for every network", () => {
  for (const network of presetNames.keys()) {
    for (const [name, value] of Object.entries(recipeOf(network, "chance"))) {
      assertEquals(value === undefined, false, `${network} ${name}`);
    }
  }
});

Deno.test("recipeOf() slows an encoder down only when it knows something", () => {
  assertEquals(recipeOf("dpt", "chance").encoderRate, 1);
  assertLess(recipeOf("dpt", "published").encoderRate, 1);
  assertLess(recipeOf("dpt", "inherited").encoderRate, 1);
});

Deno.test("recipeOf() leaves what is sound to the cross-entropy where Dice does not clear it", () => {
  for (const network of ["unet", "resunet"]) {
    const { losses } = recipeOf(network, "chance");
    assertEquals([losses.dice, losses["defect-dice"]], [0, 1], network);
  }
});

Deno.test("tunedPresets has a size of every network", () => {
  assertEquals([...tunedPresets.keys()], [...presetNames.keys()]);
  for (const [network, preset] of tunedPresets) getNetwork(network, preset);
});
