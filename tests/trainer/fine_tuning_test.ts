import { assertEquals, assertObjectMatch } from "@std/assert";
import {
  filledFrom,
  fineTuningRecipe,
  roundedRun,
  roundingRecipe,
} from "../../trainer/fine_tuning.ts";
import { parseConfig } from "../../trainer/parse_config.ts";
import { recipeOf } from "../../trainer/recipes.ts";
import { tinyConfig } from "./tiny_dataset.ts";

const nothing = { products: [], int8Aware: false };
const start = tinyConfig("plates", {
  ...{ network: "dpt", preset: "light", width: 64, height: 32 },
});

Deno.test("filledFrom() takes what was not given from the run that is gone on from", () => {
  assertObjectMatch(filledFrom(nothing, start), {
    ...{ data: "plates", products: ["plate"], network: "dpt", preset: "light", size: "64x32" },
  });
  assertObjectMatch(filledFrom({ ...nothing, size: "32", preset: "tiny" }, start), {
    ...{ preset: "tiny", size: "32", network: "dpt" },
  });
});

Deno.test("filledFrom() learns all products of other data, unless numbers are to be rounded", () => {
  const other = { ...nothing, data: "bolts" };
  assertEquals(filledFrom(other, start).products, []);
  assertEquals(filledFrom({ ...other, int8Aware: true }, start).products, ["plate"]);
  assertEquals(filledFrom({ ...nothing, products: ["a"] }, start).products, ["a"]);
});

Deno.test("filledFrom() starts a run from chance with the usual network", () => {
  assertObjectMatch(filledFrom(nothing, undefined), {
    ...{ data: undefined, products: [], network: "unet", preset: "small", size: "256x256" },
  });
});

Deno.test("fineTuningRecipe() is the network's own, with an encoder as slow as the run's", () => {
  const recipe = { ...recipeOf("dpt", "published"), layerDecay: 0.75, steps: 7 };
  assertEquals(fineTuningRecipe("dpt", recipe), {
    ...recipeOf("dpt", "chance"),
    ...{ encoderRate: recipe.encoderRate, layerDecay: 0.75 },
  });
});

Deno.test("roundingRecipe() takes few short steps of whole images with norms that stand still", () => {
  const recipe = recipeOf("dpt", "published");
  const { steps, learningRate, freezeAfter, frozenRate, crop, losses, encoderRate } =
    roundingRecipe(recipe);
  assertEquals([steps, learningRate], [800, recipe.learningRate / 10]);
  assertEquals([freezeAfter, frozenRate, crop], [0, 1, 0]);
  assertEquals([losses, encoderRate], [recipe.losses, recipe.encoderRate]);
  assertEquals(roundingRecipe({ ...recipe, steps: 2 }).averageDecay, 0);
  // What follows from the steps follows from those that are asked for.
  const short = roundingRecipe(recipe, 30);
  assertEquals([short.steps, short.warmupSteps, short.evaluateEvery], [30, 3, 8]);
  assertEquals(short.averageDecay, 1 - 8 / 30);
});

Deno.test("roundedRun() goes on from a run with its teacher, and is a configuration", () => {
  const distillation = {
    ...{ teacher: "t", mapWeight: 1, featureWeight: 1, temperature: 2, bandWeight: 5 },
    inherits: true,
  };
  const run = roundedRun({ ...start, distillation }, "runs/a");
  assertObjectMatch(run, { from: "runs/a", roundsNumbers: true, encoder: null });
  assertEquals(run.distillation, { ...distillation, inherits: false });
  assertEquals(parseConfig(JSON.stringify(run), "config.json"), run);
});
