// A run that starts with another's weights: what it takes from that one, and how it learns to bear numbers that are rounded.

import type { Recipe, TrainConfig } from "./config.ts";
import { recipeOf, tunedPresets, usualWarmup } from "./recipes.ts";

/** Flags whose usual value depends on whether a run starts with another's weights. */
export interface StartFlags {
  readonly data?: string | undefined;
  readonly products: readonly string[];
  readonly network?: string | undefined;
  readonly preset?: string | undefined;
  readonly size?: string | undefined;
  readonly int8Aware: boolean;
}

/**
 * What was not given is as that run had it, whose weights fit nothing else. Its products are taken with its data, and where numbers
 * are to be rounded: that does not teach new ones.
 */
export function filledFrom<F extends StartFlags>(given: F, start: TrainConfig | undefined) {
  const { data, products, network, preset, size, int8Aware } = given;
  const takesProducts = products.length === 0 && (data === undefined || int8Aware);
  const wanted = network ?? start?.network ?? "unet";
  return {
    ...given,
    data: data ?? start?.data,
    products: takesProducts ? start?.products ?? [] : products,
    network: wanted,
    preset: preset ?? start?.preset ?? tunedPresets.get(wanted)!,
    size: size ?? (start ? `${start.width}x${start.height}` : "256x256"),
  };
}

/** The recipe of a network that starts with a run's weights: its own, with an encoder that moves as slowly as it did there. */
export function fineTuningRecipe(network: string, start: Recipe): Recipe {
  const { encoderRate, layerDecay } = start;
  return { ...recipeOf(network, "chance"), encoderRate, layerDecay };
}

/**
 * How weights learn to bear numbers that are rounded, after the recipe that they were trained by. Rounding them untrained comes
 * near already, so the steps are short and few: a tenth of the rate over a fifth of the steps. (Wu et al. 2020, section 5, take a
 * hundredth over a tenth, of schedules a hundred times as long.)
 *
 * @param steps Another number of steps.
 */
export function roundingRecipe(recipe: Recipe, steps = Math.ceil(recipe.steps / 5)): Recipe {
  const { batch, learningRate, evaluateEvery } = recipe;
  return {
    ...recipe,
    steps,
    learningRate: learningRate / 10,
    warmupSteps: usualWarmup({ ...recipe, steps }),
    // int8 has batch norms folded: they must stand still, and are no reason to slow down.
    ...{ freezeAfter: 0, frozenRate: 1 },
    // The ranges are of whole images. Four of them are as much work as sixteen windows of half the side.
    ...{ crop: 0, batch: Math.min(batch, 4) },
    // Over the last eighth of the steps: no average may hold much of the weights before.
    averageDecay: Math.max(0, 1 - 8 / steps),
    patience: 0,
    evaluateEvery: Math.min(evaluateEvery, Math.ceil(steps / 4)),
  };
}

/** A run that goes on from a finished one with numbers rounded, with the same teacher, if there was one. */
export function roundedRun(config: TrainConfig, from: string): TrainConfig {
  const { distillation } = config;
  return {
    ...config,
    ...roundingRecipe(config),
    ...{ from, encoder: null, roundsNumbers: true },
    distillation: distillation && { ...distillation, inherits: false },
  };
}
