// What one training run is: every number that decides its result, in one typed object, each with its reason.

import type { BackendName } from "./backend/select.ts";

/** A file of published weights, pinned: another file of that name would make another run. */
export interface PinnedFile {
  readonly file: string;
  readonly sha256: string;
}

export interface TrainConfig {
  /** Folder in MVTec AD's layout, or "fixtures". */
  readonly data: string;
  /** Products to learn, all in one model. */
  readonly products: readonly string[];
  readonly network: string;
  readonly preset: string;
  /** Pixels of the network's input. */
  readonly width: number;
  readonly height: number;
  readonly backend: BackendName;
  /** Folder of a run whose best averaged weights this one starts with, or null to start from chance. */
  readonly from: string | null;
  /** Published weights that the encoder starts with, all weights under "encoder/", or null to start it from chance. */
  readonly encoder: PinnedFile | null;
  /** Decides the first weights and every batch. */
  readonly seed: number;
  /** Decides which image is in which part. */
  readonly splitSeed: number;

  readonly batch: number;
  readonly steps: number;
  /** Largest learning rate, reached after `warmupSteps`; a cosine then brings it to zero. */
  readonly learningRate: number;
  readonly warmupSteps: number;
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
  /** Share of a batch that shows a defect: in the data most images do not. */
  readonly defectShare: number;
  /** Factor of the loss that keeps small defects alive, beside cross-entropy and Dice. */
  readonly missedWeight: number;

  /** Steps between two looks at the validation part. */
  readonly evaluateEvery: number;
  /** Images of the validation part that are looked at; the export looks at all. */
  readonly evaluateImages: number;
  /** Steps between two checkpoints. */
  readonly checkpointEvery: number;
}

/** What is left to choose is a matter of the data and the machine. */
export const trainDefaults = {
  batch: 6,
  steps: 2000,
  // Adam's usual rate, three times that for a network with batch norms, which bear it.
  learningRate: 3e-3,
  // The second moments are guesses for the first steps.
  warmupSteps: 50,
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
  // Two of three: what is sound is learned from their pixels too, what is not only from them.
  defectShare: 2 / 3,
  // Keeps every kind of defect alive; much more, and it pays to see defects everywhere.
  missedWeight: 0.25,
  evaluateEvery: 250,
  evaluateImages: 120,
  checkpointEvery: 100,
} as const;

/** Pixel statistics that inputs are normalised by: those of ImageNet, which pretrained encoders expect. */
export const pixelMean = [0.485, 0.456, 0.406] as const;
/** See `pixelMean`. */
export const pixelStd = [0.229, 0.224, 0.225] as const;
