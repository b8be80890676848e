// What one training run is: every number that decides its result, in one typed object. What is usual is in recipes.ts.

import type { InputSpec } from "../models/input.ts";
import type { BackendName } from "./backend/select.ts";
import type { AugmentationSwitches } from "./data/augment/switches.ts";
import type { MapDistillationOptions } from "./distillation/map_distillation.ts";
import type { ObjectiveWeights } from "./losses/objective.ts";

/** A file of published weights, pinned: another file of that name would make another run. */
export interface PinnedFile {
  readonly file: string;
  readonly sha256: string;
}

/** What images published weights were learned on are normalised by: 0.5, or the statistics of ImageNet's pixels. */
export const normalisationNames = ["half", "imagenet"] as const;

export type NormalisationName = (typeof normalisationNames)[number];

/** Published weights for an encoder. */
export interface PinnedEncoder extends PinnedFile {
  /** @default what most files of its naming were learned with */
  readonly normalisation?: NormalisationName | undefined;
}

/** How a network is trained, whatever the data. */
export interface Recipe {
  /** Images a step. */
  readonly batch: number;
  readonly steps: number;
  /** Largest learning rate, reached after `warmupSteps`; a cosine then brings it to zero. */
  readonly learningRate: number;
  readonly warmupSteps: number;
  /** Factor of the learning rate for all weights under "encoder/", above 0 and at most 1. */
  readonly encoderRate: number;
  /** Factor from each of the encoder's layers to the one before it, above 0 and at most 1. */
  readonly layerDecay: number;
  /** Share of the steps after which batch norms use their running statistics in training too. */
  readonly freezeAfter: number;
  /** Factor of the learning rate from then on. */
  readonly frozenRate: number;
  /** Decoupled: a kernel loses this share of itself each step, times the learning rate. */
  readonly weightDecay: number;
  /** Largest global norm of a gradient. */
  readonly clipNorm: number;
  /** Share of the averaged weights that a step keeps. */
  readonly averageDecay: number;
  /** Factor of each loss in the sum that is made small. */
  readonly losses: ObjectiveWeights;
  /** Share of a batch that shows a defect: in the data most images do not. */
  readonly defectShare: number;
  /** Share of the good images that receive a synthetic defect. */
  readonly syntheticShare: number;
  /** Share of the images with a defect in whose place a good one comes, to which that defect is moved. */
  readonly transplantShare: number;
  /** Side in pixels of the window that the first steps are shown of each image, 0 for whole images throughout. */
  readonly crop: number;
  /** Share of the steps that show windows. */
  readonly cropUntil: number;
  /** Looks at the validation part without a better one after which the next phase begins, or the run ends; 0 for never. */
  readonly patience: number;
  /** Steps between two looks at the validation part. */
  readonly evaluateEvery: number;
  /** Images of the validation part that are looked at; the export looks at all. */
  readonly evaluateImages: number;
  /** Steps between two checkpoints. */
  readonly checkpointEvery: number;
}

/** How a run learns from another one, beside the labels. */
export interface Distillation extends MapDistillationOptions {
  /** Folder of the package that teaches, or of the run, whose best averaged weights do; at the same size. */
  readonly teacher: string;
  /** Factor of what the teacher's map says. */
  readonly mapWeight: number;
  /** Factor of what its inner maps say. */
  readonly featureWeight: number;
  /** Whether the encoder begins with the teacher's first layers. */
  readonly inherits: boolean;
}

export interface TrainConfig extends Recipe {
  /** Folder in one of the layouts of `deno task data`, or "fixtures". */
  readonly data: string;
  /** Products to learn, all in one model. */
  readonly products: readonly string[];
  readonly network: string;
  readonly preset: string;
  /** Pixels of the network's input. */
  readonly width: number;
  readonly height: number;
  readonly backend: BackendName;
  /** Folder of a run whose best averaged weights, or last before there are best ones, this one starts with, or null to start from chance. */
  readonly from: string | null;
  /** Published weights that the encoder starts with, all weights under "encoder/", or null to start it from chance. */
  readonly encoder: PinnedEncoder | null;
  /** Folder of further good images, for the train part alone, or null. */
  readonly moreGood: string | null;
  /** What teaches this run, or null for the labels alone. */
  readonly distillation: Distillation | null;
  /** Whether it trains with numbers rounded as int8 will have them; it then starts from another run. */
  readonly roundsNumbers: boolean;
  /** Decides the first weights and every batch. */
  readonly seed: number;
  /** Decides which image is in which part. */
  readonly splitSeed: number;
  /** What becomes of a sample before it is shown. */
  readonly augment: AugmentationSwitches;
  /** Images whose gradient is computed at once, to fit the memory; null for the whole batch. */
  readonly microBatch: number | null;
  /** Threads that make batches while a step trains; 0 for none. They decide nothing about the result. */
  readonly workers: number;
  /** MiB of decoded images that are kept in memory, in all; the rest is decoded each time. It decides nothing about the result. */
  readonly cacheMb: number;
}

/** Pixel statistics that inputs are normalised by: those of ImageNet. Encoders of other statistics are rewritten to them. */
export const pixelMean = [0.485, 0.456, 0.406] as const;
/** See `pixelMean`. */
export const pixelStd = [0.229, 0.224, 0.225] as const;

/** What the graph of a run takes. */
export function inputOf({ width, height }: Pick<TrainConfig, "width" | "height">): InputSpec {
  return { width, height, mean: pixelMean, std: pixelStd };
}
