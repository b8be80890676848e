// What a network is trained with when nothing else is asked for, each number with the reason it was chosen.

import type { Recipe } from "./config.ts";
import { parseObjective } from "./losses/parse_objective.ts";

/**
 * Pairs of numbers are `iou_image`/`iou_defect` of a U-Net small on the validation part of MVTec AD's screw where no other class is
 * named, split 0, seed 0, by the rule that is best there. Dice was of all images and, but for the losses' figures, parts were not
 * shown at any angle (`rotate`) where that is not said.
 */
const common: Recipe = {
  // At a rate of 3e-3, 600 steps of 8 windows reach .767/.070, 1200 of 4 in the same time nothing.
  batch: 8,
  // Small defects ask for many: .811/.243 by 2000 steps, .841/.446 by 6000, and on the test part .767/.069 and .815/.345. A
  // ResU-Net has .820/.281 by 2000, .842/.368 by 3500; toothbrush at least .815 by 2000, .841/.522 by 3000, .828/.485 at the
  // end, and on the test part .744/.233 and .783/.349. Bottle has .939/.722 by 2000 already. Magnetic tiles, which decided
  // none of these numbers, want them most: .535/.069 and .457/.011 after 2000, no better than a map that is empty (.458),
  // .579/.175 and .512/.165 after 6000, a ResU-Net .599/.232 and .527/.141. A DPT tiny has .749/.632 and .754/.637,
  // .617/.434 by 1500 steps; from chance, after 1350 in all, .510/.021 and .465/.013: the published encoder is what it is
  // ahead by. After 3000 steps on the synthetic products, 2000 there bring a U-Net to .531/.178 and .455/.125, more of the
  // defects and more good parts refused; on toothbrush to .794/.549 and .582/.246, where 6000 from chance have .851/.554
  // by 2000. Group instead of batch norms, in a U-Net of PyTorch's on tiles, 3000 steps: a loss of .54 by .69, .522/.310 by
  // .587/.299 on the validation part.
  steps: 6000,
  // Adam's usual rate. After 600 steps of windows .759/.036 at 1e-2, .767/.070 at 3e-3, .813/.254 at 1e-3, .799/.197 at 5e-4; on
  // bottle .910/.591 at 3e-3, .919/.633 at 1e-3. On toothbrush 1500 steps at 3e-3 fall
  // from .826 to .732 after 750; 2000 at 1e-3 stay above .815 from there on.
  learningRate: 1e-3,
  // The second moments are guesses for the first steps.
  warmupSteps: 50,
  encoderRate: 1,
  layerDecay: 1,
  // A batch of a few images of different products has statistics of its own: a map by the running ones is far worse than
  // one by the batch's (mean IoU .04 against .27 on 16 defective training images of the synthetic products, 500 steps of 4). Training on with what will
  // be deployed closes the gap. Not before whole images are shown, since windows around defects have statistics of their own:
  // frozen after a quarter of 640 steps of 8, a U-Net small falls from .415 to .174 `iou_defect` in the 160 steps that
  // follow, where one that is frozen at the end rises to .599 (MVTec AD's bottle, seed 0, validation part). Neither frozen nor
  // shown whole images, 6000 steps of the losses below: .831/.406 and .796/.269 on the test part, a ResU-Net .846/.427 and
  // .820/.279; on toothbrush .843/.528 and .754/.430, a ResU-Net on bottle .944/.745 and .916/.592. Beside those below it changes
  // good parts by chance and loses screw's outlines on the test part.
  freezeAfter: 0.94,
  // By then the schedule has made the steps short enough for norms that do not answer to the weights any more.
  frozenRate: 1,
  weightDecay: 1e-2,
  // A U-Net's gradients were seen with norms of 0.3 to 12, mostly below 5.
  clipNorm: 5,
  // Averages over the last 500 steps: smoother than the weights, young enough for a short run.
  averageDecay: 0.998,
  // The missed defects keep every kind alive; weighed much more, it pays to see defects everywhere. Dice of the defective
  // images alone: on good ones it is nearly flat where the map is faint all over, trained U-Nets have a mean of .91 on screw's,
  // .99 on bottle's, DPTs below .04. U-Net and ResU-Net by it, on the validation part, then the test part: toothbrush .844/.532
  // and .834/.501, .755/.431 and .797/.392; bottle .946/.757 and .942/.735, .915/.591 and .917/.600; screw .839/.439 and
  // .814/.421, .792/.292 and .779/.322. By Dice of all images: toothbrush .811/.433 and .797/.392, .785/.354 and .752/.255;
  // bottle .942/.738 and .942/.736, .918/.605 and .917/.598; screw .839/.482 and .817/.436, .770/.373 and .782/.296. Screw once
  // more by the first, other than above in rounding alone: .832/.454 and .832/.411, .815/.344 and .806/.307. Of 144 good parts of
  // both parts these refuse 5 and 4, those above 5 and 9, by Dice of all 10 and 8.
  // Of the others, U-Nets after 2000 steps on screw: .797/.271 and .695/.154 by Dice of all, .816/.346 and .765/.145 by this
  // one, .817/.349 and .796/.185 with squares in the denominator (on bottle .930/.682 and .908/.556, where Dice of all has
  // .938/.720 and .913/.577), .778/.319 and .705/.113 with squares on good images alone, .783/.342 and .732/.219 over the whole
  // batch, .772/.295 and .746/.191 with a hundred instead of the one on good images. Learned from that class's DPT beside the
  // labels: .792/.210 and .763/.050, on bottle .932/.692 and .915/.588.
  losses: parseObjective("bce=1,defect-dice=1,missed=0.25"),
  // Two of three: what is sound is learned from their pixels too, what is not only from them.
  defectShare: 2 / 3,
  // Beside real defects they change little: of MVTec AD's bottle a DPT tiny reaches `iou_defect` .74 on the validation part
  // with a share of 0.4 and .75 without. With a share of 0.5 a U-Net has after 2000 steps .802/.290 and .765/.145 on screw,
  // by the same losses without .816/.346 and .765/.145; on toothbrush it refuses good parts, .777/.497 and .457/.205.
  syntheticShare: 0,
  // For few defects of parts that lie alike. On toothbrush a share of 0.5 brings a DPT tiny, its encoder at a fifth of the rate,
  // to .837/.511 on the validation part and .752/.256 on the test part, where it has .828/.485 and .743/.228 without; on screw it
  // has .839/.356 and .803/.214 with it, .848/.393 and .832/.368 without. A U-Net has .794/.381 with it on toothbrush, 3000 steps at 3e-3, best of twelve looks.
  transplantShare: 0,
  // A window of a quarter of the pixels costs little more than a quarter and shows the defect larger. Smaller ones lack what is
  // around it: at 3e-3, 2000 windows of 64 pixels reach .764/.098 in 175 s, 1060 of 96 .796/.185 in 169 s.
  // Of a DPT tiny, its encoder at a fifth of the rate, 1100 steps of windows and 250 of whole images take as long as 1000 steps of 4
  // whole images: .848/.393 against .828/.312, which in turn beat 500 of 8. Images shown at 512×512 by windows of 256 show it no
  // more than the 256×256 that they have: .803/.252, and .800/.198 on the test part, at the best of five looks; on toothbrush, after
  // 800 steps, .825/.476 and .777/.331 beside .828/.485 and .743/.228.
  crop: 128,
  cropUntil: 0.9,
  patience: 0,
  evaluateEvery: 500,
  evaluateImages: 120,
  checkpointEvery: 100,
};

/** Pairs of numbers as above, of a DPT tiny with the published encoder. */
const transformer: Partial<Recipe> = {
  // After 1350, the last fifth of whole images, .942/.738 on bottle, .863/.453 on screw and .816/.448 on toothbrush; after
  // these, in three times the time, .945/.749, .866/.465 and .839/.517. On the test parts .917/.601, .831/.325 and
  // .780/.339; .927/.647, .856/.422 and .789/.366. By split 1 1350 had .953/.788 and .959/.801 on bottle, 4000 .960/.820 and
  // .965/.832, by split 2 .947/.761 and .960/.807; on screw 4000 had .862/.488 and .859/.437, .858/.472 and .872/.530, on
  // toothbrush .845/.534 and .767/.301, .839/.518 and .841/.523, by split 0 .876/.506 and .840/.402, .833/.498 and
  // .791/.373: which defects come into the test part decides more than all of that. With the encoder at a fifth of the rate
  // more than 1350 changed nothing: 2700, the last two fifths of whole images, .875/.501 and .831/.367 on screw, 1350
  // .848/.393 and .832/.368.
  // segmentation_models_pytorch's DPT of this size on the same splits from the same weights, by these rates, cross-entropy and Dice,
  // whole images mirrored and turned by quarters: 600 steps of 8 .821/.462 and .736/.209 on toothbrush, 900 .848/.432 and
  // .820/.320 on screw.
  steps: 4000,
  // Its batch norms are few and one product's batches are alike: on screw Dice's loss is .575 by the running statistics, .585 by
  // the batch's.
  freezeAfter: 1,
  frozenRate: 1,
  // Averages over the last two hundred steps.
  averageDecay: 0.995,
  // With the encoder at a fifth of the rate, 1350 steps: .857/.427 and .815/.300 on the test part by Tversky's loss instead of
  // Dice's, .848/.393 and .832/.368 by these. Dice clears its good parts: by that of the defective images alone, 1350 steps at a
  // tenth of the rate with parts at any angle, .865/.459 and .822/.329, by these .868/.471 and .836/.387; on toothbrush
  // .813/.440 and .747/.242, .821/.463 and .750/.250. With half of the train part's defects these have .866/.464 and
  // .816/.304 on screw.
  losses: parseObjective("bce=1,dice=1,missed=0.1"),
  checkpointEvery: 50,
};

const recipes: Readonly<Record<string, Partial<Recipe>>> = { dpt: transformer };

/** Steps between two looks at the validation part: patience counts them, so four times as many as it has must fit into the run. */
export function usualLooks({ patience, steps, evaluateEvery }: Recipe): number {
  if (patience === 0) return evaluateEvery;
  return Math.max(1, Math.min(evaluateEvery, Math.floor(steps / (4 * patience))));
}

/** Steps of warm-up: those it has, and no more than a tenth of the run. */
export function usualWarmup({ warmupSteps, steps }: Recipe): number {
  return Math.min(warmupSteps, Math.ceil(steps / 10));
}

/** The size of each network that its recipe was found with. */
export const tunedPresets: ReadonlyMap<string, string> = new Map([
  ["unet", "small"],
  ["resunet", "small"],
  ["dpt", "tiny"],
]);

/** As a text: `unet=small, dpt=tiny`. */
export function formatPresets(presets: ReadonlyMap<string, string>): string {
  return [...presets].map(([network, preset]) => `${network}=${preset}`).join(", ");
}

/** What an encoder starts with: nothing, published weights, or a teacher's first layers. */
export type EncoderStart = "chance" | "published" | "inherited";

/** An encoder that knows something should keep it. */
const encoderStarts: Readonly<Record<EncoderStart, Partial<Recipe>>> = {
  chance: {},
  // By this factor of a rate of 1e-3 a DPT tiny reaches in 1350 steps on screw .803/.213 with .5, .848/.393 with .2, .863/.453
  // with .1 and .869/.476 with .05, and .865/.462 with .3 of a rate of 3e-4; on bottle .944/.746 with .2 and .942/.738 with .1.
  published: { encoderRate: 0.1 },
  // Not compared with others.
  inherited: { encoderRate: 0.2 },
};

/** The recipe of a network. */
export function recipeOf(network: string, start: EncoderStart): Recipe {
  return { ...common, ...recipes[network], ...encoderStarts[start] };
}
