// What a network is trained with when nothing else is asked for, each number with the reason it was chosen.

import type { Recipe } from "./config.ts";
import { parseObjective } from "./losses/parse_objective.ts";

const common: Recipe = {
  batch: 6,
  steps: 2000,
  // Adam's usual rate, three times that for a network with batch norms, which bear it.
  learningRate: 3e-3,
  // The second moments are guesses for the first steps.
  warmupSteps: 50,
  encoderRate: 1,
  layerDecay: 1,
  // A batch of a few images of different products has statistics of its own: a map by the running ones is far worse than
  // one by the batch's (mean IoU .04 against .27 on 16 defective training images of the synthetic products, 500 steps of 4). Training on with what will
  // be deployed closes the gap; before that, the batch's own statistics find the scale of every layer quickly.
  freezeAfter: 0.25,
  // A norm that does not answer to the weights any more no longer shrinks the steps that are too long.
  frozenRate: 0.4,
  weightDecay: 1e-2,
  // A U-Net's gradients were seen with norms of 0.3 to 12, mostly below 5.
  clipNorm: 5,
  // Averages over the last 500 steps: smoother than the weights, young enough for a short run.
  averageDecay: 0.998,
  // The missed defects keep every kind alive; weighed much more, it pays to see defects everywhere.
  losses: parseObjective("bce=1,dice=1,missed=0.25"),
  // Two of three: what is sound is learned from their pixels too, what is not only from them.
  defectShare: 2 / 3,
  syntheticShare: 0,
  crop: 0,
  cropUntil: 0,
  patience: 0,
  evaluateEvery: 250,
  evaluateImages: 120,
  checkpointEvery: 100,
};

/** A starting point, not yet a finding. Numbers are of MVTec AD's screw, seed 0, published encoder, validation part. */
const transformer: Partial<Recipe> = {
  // Against 500 steps of 8, which see as many images: `iou_image` .828 and .825 by the best rule; with four of 72 good
  // images alarming, `iou_defect` .416 here, while the other's best rule, one alarm, has .340.
  batch: 4,
  steps: 1000,
  learningRate: 1e-3,
  // Its batch norms are few and one product's batches are alike: on that screw Dice's loss is .575 by the running statistics,
  // .585 by the batch's.
  freezeAfter: 1,
  frozenRate: 1,
  // Averages over the last two hundred steps: the run is short.
  averageDecay: 0.995,
  losses: parseObjective("bce=1,dice=1,missed=0.1"),
  evaluateEvery: 200,
  checkpointEvery: 50,
};

const recipes: Readonly<Record<string, Partial<Recipe>>> = { dpt: transformer };

/** An encoder that knows something should keep it. The factor is a usual one, not compared with others. */
const pretrained: Partial<Recipe> = { encoderRate: 0.2 };

/**
 * The recipe of a network.
 *
 * @param hasEncoder Whether its encoder starts with published weights.
 */
export function recipeOf(network: string, hasEncoder: boolean): Recipe {
  return { ...common, ...recipes[network], ...(hasEncoder && pretrained) };
}
