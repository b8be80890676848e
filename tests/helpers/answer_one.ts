// One frame through a pipeline that takes batches.

import type { Frame } from "../../runtime/frame.ts";
import type { Pipeline } from "../../runtime/pipeline.ts";
import type { Segmentation, Want } from "../../runtime/reply.ts";

/** Answers one frame. @throws what is in the place of an answer. */
export async function answerOne(
  pipeline: Pipeline,
  frame: Frame,
  want: Want = {},
): Promise<Segmentation> {
  const [result] = await pipeline([{ frame, want }]);
  if (result instanceof Error) throw result;
  return result!;
}
