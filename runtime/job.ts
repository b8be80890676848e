// What a lane is asked about a frame, what comes of it, and what it is held against: types only.

import type { Frame } from "./frame.ts";
import type { Inference, Segmentation, Want } from "./reply.ts";

/** One frame with what is wanted of it. */
export interface Job {
  readonly frame: Frame;
  readonly want: Want;
  /** Takes the frame's buffer when the lane has given it back, for another frame. */
  returned?(buffer: ArrayBuffer): void;
}

/** An Error for a frame that failed alone: the other frames of its batch have their answers. */
export type JobResult = Segmentation | Error;

/** A ready input for the network alone, planar float32 [batch, 3, H, W]. It has a turn and a run of its own. */
export interface TensorJob {
  readonly tensor: Float32Array<ArrayBuffer>;
  readonly batch: number;
}

/** What takes turns. */
export type Work = Job | TensorJob;
export type WorkResult = JobResult | Inference;

/** What a map is held against: the two levels of a card that may change while it serves, each 0..1. */
export interface Levels {
  readonly threshold: number;
  readonly minRegionScore: number;
}
