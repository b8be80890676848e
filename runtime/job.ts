// What a lane is asked about a frame, and what comes of it: types only.

import type { Frame } from "./frame.ts";
import type { Segmentation, Want } from "./reply.ts";

/** One frame with what is wanted of it. */
export interface Job {
  readonly frame: Frame;
  readonly want: Want;
}

/** An Error for a frame that failed alone: the other frames of its batch have their answers. */
export type JobResult = Segmentation | Error;
