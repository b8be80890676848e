// What a report tells, as plain values: where they come from is not its matter.

import type { PrecisionRecallPoint } from "../metrics/precision_recall.ts";
import type { TrainingCurves } from "../training_curves.ts";

/** What each metric is, in the order in which they are shown. P is what is predicted, Y the truth. */
export const metricNotes = {
  iou_image: "Mean over images of |P∩Y| / |P∪Y|; 1 when both are empty, 0 when only one is",
  all_empty: "iou_image of predicting nothing: the share of good images",
  iou_defect: "The mean of iou_image over images that have a defect",
  iou_pooled: "Σ|P∩Y| / Σ|P∪Y| over all images",
  miou: "Mean of the pooled IoU of defect and of background",
  dice: "2·Σ|P∩Y| / (Σ|P| + Σ|Y|), which is also the F1 of pixels",
  f1_max: "The highest F1 of pixels that any threshold reaches",
  auroc_pixel: "How often a pixel of a defect scores higher than another",
  aupro_30: "Share of each defect region that is found, over false positive rates up to 0.3",
  auroc_image: "How often a defective image scores higher than a good one",
} as const;

export type MetricName = keyof typeof metricNotes;

export const metricNames = Object.keys(metricNotes) as MetricName[];

/** Metrics of some images, each in 0..1. One that was not measured, or is not a number, is shown as a dash. */
export type MetricValues =
  & { readonly images: number }
  & { readonly [Name in MetricName]?: number | undefined };

/** One thing to know about how the numbers came to be. */
export interface Fact {
  readonly name: string;
  readonly value: string | number;
}

export interface ProductRow {
  readonly product: string;
  readonly metrics: MetricValues;
}

/** One type of defect of a product, or its good images. */
export interface DefectRow extends ProductRow {
  readonly defect: string;
}

export interface ImageScore {
  /** Highest of the map, 0..1. */
  readonly score: number;
  readonly isDefect: boolean;
}

/** One sample to look at. */
export interface ReportPicture {
  readonly product: string;
  readonly defect: string;
  readonly path: string;
  /** Of this image alone. */
  readonly iou: number;
  /** Highest of the map, 0..1. */
  readonly score: number;
  /** Pixels of the map that are called defective. */
  readonly predictedPixels: number;
  /** PNG: the image with the outlines of truth and prediction. */
  readonly outlines: Uint8Array;
  /** PNG: the map in heat colours. */
  readonly heat: Uint8Array;
}

export interface ReportPictures {
  /** Defective images, the lowest IoU first. */
  readonly worst: readonly ReportPicture[];
  /** Defective images, the highest IoU first. */
  readonly best: readonly ReportPicture[];
  /** Good images of which something was called defective, the largest area first. */
  readonly falseAlarms: readonly ReportPicture[];
}

export interface ReportData {
  /** What was measured, like `unet-tiny 1.0.0`. */
  readonly title: string;
  readonly facts: readonly Fact[];
  /** A pixel is called defective when its score is at least this, 0..1. */
  readonly threshold: number;
  /** A region counts, and its image is called defective, when its highest score is at least this, 0..1. */
  readonly alarmLevel: number;
  readonly overall: MetricValues;
  readonly products: readonly ProductRow[];
  /** Rows of one product stand together. */
  readonly defects: readonly DefectRow[];
  readonly scores: readonly ImageScore[];
  /** Of pixels, from the highest threshold down; `threshold` has a point where a pixel of a defect reaches it. */
  readonly precisionRecall?: readonly PrecisionRecallPoint[];
  readonly training?: TrainingCurves;
  readonly pictures: ReportPictures;
}
