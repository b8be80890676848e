// One frame through the runtime: decode → preprocess → run → postprocess → encode, each stage timed.
// Knows no Worker, socket or provider.

import type { Card } from "../models/card.ts";
import type { ScoreMap } from "../models/image.ts";
import { toInput } from "../models/input.ts";
import { decodeFrame, toImage } from "./decode_frame.ts";
import { type Decoder, imagescriptDecoder } from "./decoder.ts";
import type { Session } from "./engine/provider.ts";
import { DEFAULT_FRAME_LIMITS, type Frame, type FrameLimits } from "./frame.ts";
import { packMask } from "./postprocess/packed_mask.ts";
import { postprocess } from "./postprocess/postprocess.ts";
import { quantizeMap } from "./postprocess/scores.ts";
import { drawPicture } from "./render/picture.ts";
import type { Segmentation, StageTimes, Want } from "./reply.ts";

/** Answers one frame. Of {@linkcode createPipeline}, call it again only when the last answer is there: the input buffer is shared. */
export type Pipeline = (frame: Frame, want?: Want) => Promise<Segmentation>;

export interface PipelineOptions {
  /** @default {DEFAULT_FRAME_LIMITS} */
  readonly limits?: FrameLimits;
  /** @default {imagescriptDecoder} */
  readonly decoder?: Decoder;
  /** Milliseconds. @default {performance.now} */
  readonly clock?: () => number;
}

/**
 * The pipeline of one package on one session.
 *
 * @returns a function that throws FrameError for a frame that cannot become an image and ProviderError
 * for a run that fails; both leave the pipeline usable.
 */
export function createPipeline(
  session: Session,
  card: Card,
  options: PipelineOptions = {},
): Pipeline {
  const { limits = DEFAULT_FRAME_LIMITS, decoder = imagescriptDecoder } = options;
  const { clock = () => performance.now() } = options;
  const { width, height } = card.input;
  const { threshold, minRegionPixels, minRegionScore } = card;
  const input = new Float32Array(3 * height * width);

  return async (frame, want = {}) => {
    const lap = stopwatch(clock);

    const { pixels, size } = await decodeFrame(frame, {
      ...{ limits, decoder },
      ...(!showsFrame(want) && { shrinkTo: card.input }),
    });
    const image = toImage(pixels);
    const decodeMs = lap();

    toInput(image, card.input, input);
    const preprocessMs = lap();

    const map: ScoreMap = { width, height, data: await session.run(input, 1) };
    const runMs = lap();

    const { verdict, score, mask, regions } = postprocess(map, {
      threshold,
      minRegionPixels,
      minRegionScore,
      frame: size,
    });
    const postprocessMs = lap();

    const encoded = {
      mask: packMask(mask),
      ...(want.map && { map: quantizeMap(map) }),
      ...(want.png &&
        { png: await drawPicture(want.png, { ...size, data: image.data }, map, mask) }),
    };
    const encodeMs = lap();

    const times: StageTimes = { decodeMs, preprocessMs, runMs, postprocessMs, encodeMs };
    return { frame: size, verdict, score, threshold, minRegionScore, regions, ...encoded, times };
  };
}

/** Whether a picture is wanted that shows the frame's own pixels, all of them. */
export function showsFrame(want: Want): boolean {
  return want.png === "overlay";
}

/** A function that returns the milliseconds since it was last called. */
export function stopwatch(clock: () => number): () => number {
  let last = clock();
  return () => {
    const now = clock();
    const elapsed = now - last;
    last = now;
    return elapsed;
  };
}
