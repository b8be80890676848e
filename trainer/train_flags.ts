// The flags of `deno task train`, and of what trains several runs by the same flags.

import { type Flags, type FlagsSpec, UsageError } from "../models/cli.ts";
import { kebab } from "../models/cli_spec.ts";
import { backendNames } from "./backend/select.ts";
import { type Distillation, normalisationNames } from "./config.ts";
import { augmentationKinds } from "./data/augment/switches.ts";
import { lossNames } from "./losses/objective.ts";

/** Numbers of the recipe: a flag that is not given keeps what the network's recipe says. */
export const recipeFlags = {
  batch: { type: "integer", min: 1, description: "Images a step" },
  steps: { type: "integer", min: 1, description: "Steps in all" },
  learningRate: { type: "number", min: 0, description: "Largest learning rate" },
  encoderRate: {
    type: "number",
    above: 0,
    max: 1,
    description:
      "Factor of the learning rate for the encoder; smaller keeps more of published weights",
  },
  layerDecay: {
    type: "number",
    above: 0,
    max: 1,
    description: "Factor from each of a transformer's layers to the one before it",
  },
  freezeAfter: {
    type: "number",
    min: 0,
    max: 1,
    description: "Share of the steps after which batch norms keep their statistics; 0 to fine-tune",
  },
  frozenRate: {
    type: "number",
    min: 0,
    max: 1,
    description: "Factor of the learning rate from then on",
  },
  weightDecay: { type: "number", min: 0, description: "Decoupled weight decay" },
  averageDecay: {
    type: "number",
    min: 0,
    max: 1,
    description: "Share of the averaged weights that a step keeps",
  },
  losses: {
    type: "string",
    description: `What is made small, as bce=1,defect-dice=1,missed=0.25; there is ${
      lossNames.join(", ")
    }`,
  },
  defectShare: {
    type: "number",
    min: 0,
    max: 1,
    description: "Share of a batch that shows a defect",
  },
  syntheticShare: {
    type: "number",
    min: 0,
    max: 1,
    description:
      "Share of the good images that receive a synthetic defect; a product without defects has them in any case",
  },
  transplantShare: {
    type: "number",
    min: 0,
    max: 1,
    description: "Share of the images with a defect that give it to a good image, and show that",
  },
  crop: {
    type: "integer",
    min: 0,
    description:
      "Pixels of the side of the window that the first steps show of each image; 0 for whole images",
  },
  cropUntil: {
    type: "number",
    min: 0,
    max: 1,
    description: "Share of the steps that show windows",
  },
  patience: {
    type: "integer",
    min: 0,
    description:
      "Looks at the validation part without a better one after which windows give way to whole images, and these to the end; 0 for never",
  },
  evaluateEvery: {
    type: "integer",
    min: 1,
    description:
      "Steps between two looks at the validation part; with --patience so few that four times as many looks fit in",
  },
  checkpointEvery: { type: "integer", min: 1, description: "Steps between two checkpoints" },
} as const satisfies FlagsSpec;

/** What goes with `--encoder`. */
export const encoderFlags = {
  encoderNormalisation: {
    type: "string",
    choices: normalisationNames,
    description:
      "With --encoder: what its images were normalised by, 0.5 (half: Google's, augreg) or ImageNet's statistics (DeiT, DINO, MAE) (default: half for a ViT, imagenet for a ResNet)",
  },
} as const;

/** What a run learns from another one. */
export const distillationFlags = {
  teacher: {
    type: "string",
    description:
      "Run or package to learn from, beside the labels: from its map and its inner maps (default: from the labels alone)",
  },
  mapWeight: {
    type: "number",
    min: 0,
    description: "With --teacher: factor of what its map says (default: 1)",
  },
  featureWeight: {
    type: "number",
    min: 0,
    description:
      "With --teacher: factor of what its inner maps say; 0 spares their projections (default: 1)",
  },
  temperature: {
    type: "number",
    min: 0.1,
    description: "With --teacher: softens both maps; 1 leaves them as they are (default: 2)",
  },
  bandWeight: {
    type: "number",
    min: 0,
    description:
      "With --teacher: how much more a pixel counts where the teacher is in two minds, as on outlines and thin defects (default: 20)",
  },
  inherit: {
    type: "boolean",
    description:
      "With --teacher: begin the encoder with the teacher's first layers, which must have the same channels and patches",
  },
} as const satisfies FlagsSpec;

/** What the flags say, or null where no teacher is named. @throws UsageError naming a flag that is nothing without one. */
export function distillationOf(given: Flags<typeof distillationFlags>): Distillation | null {
  const { teacher, inherit, ...numbers } = given;
  if (teacher === undefined) {
    const names = (["mapWeight", "featureWeight", "temperature", "bandWeight"] as const)
      .filter((name) => numbers[name] !== undefined);
    const [lonely] = [...inherit ? ["inherit"] : [], ...names];
    if (lonely === undefined) return null;
    throw new UsageError(`--${kebab(lonely)} needs --teacher: it says how to learn from one`);
  }
  const { mapWeight = 1, featureWeight = 1, temperature = 2, bandWeight = 20 } = numbers;
  return { teacher, mapWeight, featureWeight, temperature, bandWeight, inherits: inherit };
}

/** What is trained, on what, and by what machine. */
export const runFlags = {
  data: {
    type: "string",
    description:
      'Folder in one of the layouts of deno task data, or "fixtures" for the synthetic products that come with Lineside',
  },
  moreGood: {
    type: "string",
    description:
      "Folder of further images of good parts, in no other place of the data: the train part has them too; in a folder of each product's name, of one product also in the folder itself",
  },
  size: {
    type: "string",
    default: "256x256",
    description: "Pixels of the network's input, WIDTHxHEIGHT or one number for both",
  },
  backend: {
    type: "string",
    choices: backendNames,
    default: "tensorflow",
    description: "What computes: libtensorflow, or any GPU through WebGPU",
  },
  augment: {
    type: "string",
    default: "all",
    description:
      `What may happen to an image: all, none, or some of ${augmentationKinds.join(",")}; ` +
      "for one product after a semicolon, as in all;screw=turn,light",
  },
  microBatch: {
    type: "integer",
    min: 1,
    description:
      "Images whose gradient is computed at once, to fit the memory (default: all of a batch)",
  },
  workers: {
    type: "integer",
    min: 0,
    default: 1,
    description: "Threads that load and augment images while a step trains",
  },
  cacheMb: {
    type: "integer",
    min: 0,
    default: 4096,
    description: "MiB of decoded images kept in memory; the rest is decoded each time it is shown",
  },
  seed: { type: "integer", default: 0, description: "Decides first weights and batches" },
  splitSeed: { type: "integer", default: 0, description: "Decides which image is in which part" },
} as const satisfies FlagsSpec;
