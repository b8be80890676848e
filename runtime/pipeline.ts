// A batch of frames through the runtime: decode → preprocess → run → postprocess → encode, each stage timed.
// Knows no Worker, socket or provider.

import type { Card } from "../models/card.ts";
import type { Image, ScoreMap } from "../models/image.ts";
import { toInput } from "../models/input.ts";
import { decodeFrame, toImage } from "./decode_frame.ts";
import { type Decoder, imagescriptDecoder, type Size } from "./decoder.ts";
import type { Session } from "./engine/provider.ts";
import { DEFAULT_FRAME_LIMITS, type FrameLimits } from "./frame.ts";
import type { Job, JobResult } from "./job.ts";
import { packMask } from "./postprocess/packed_mask.ts";
import { postprocess } from "./postprocess/postprocess.ts";
import { quantizeMap } from "./postprocess/scores.ts";
import { drawPicture } from "./render/picture.ts";
import type { Segmentation, StageTimes, Want } from "./reply.ts";

/**
 * Answers a batch, one result for each job. Of {@linkcode createPipeline}, the frames become one input [N,3,H,W] and
 * one run: call it again only when the last answer is there, for the input buffer is shared.
 */
export type Pipeline = (jobs: readonly Job[]) => Promise<JobResult[]>;

export interface PipelineOptions {
  /** @default {DEFAULT_FRAME_LIMITS} */
  readonly limits?: FrameLimits;
  /** @default {imagescriptDecoder} */
  readonly decoder?: Decoder;
  /** Milliseconds. @default {performance.now} */
  readonly clock?: () => number;
}

/** A frame whose pixels are in the input. */
interface Prepared {
  readonly image: Image;
  /** The frame's own, of which the image may be a smaller one. */
  readonly size: Size;
  readonly want: Want;
  readonly decodeMs: number;
  readonly preprocessMs: number;
}

/**
 * The pipeline of one package on one session.
 *
 * @returns a function whose results hold a FrameError for a frame that cannot become an image, and a
 * ProviderError for every frame of a run that failed; both leave the pipeline usable.
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
  const area = width * height;
  /** Grows to the largest batch that came. */
  let input = new Float32Array(3 * area);

  async function prepare({ frame, want }: Job, place: number): Promise<Prepared> {
    const lap = stopwatch(clock);
    const { pixels, size } = await decodeFrame(frame, {
      ...{ limits, decoder },
      ...(!showsFrame(want) && { shrinkTo: card.input }),
    });
    const image = toImage(pixels);
    const decodeMs = lap();
    toInput(image, card.input, input, 3 * area * place);
    return { image, size, want, decodeMs, preprocessMs: lap() };
  }

  async function finish(
    { image, size, want, decodeMs, preprocessMs }: Prepared,
    map: ScoreMap,
    runMs: number,
  ): Promise<Segmentation> {
    const lap = stopwatch(clock);
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
  }

  return async (jobs) => {
    if (input.length < 3 * area * jobs.length) input = new Float32Array(3 * area * jobs.length);
    const frames: (Prepared | Error)[] = [];
    let batch = 0;
    for (const job of jobs) {
      const frame = await prepare(job, batch).catch(toError);
      if (!(frame instanceof Error)) batch++;
      frames.push(frame);
    }
    const lap = stopwatch(clock);
    const scores = batch === 0
      ? new Float32Array()
      : await session.run(input.subarray(0, 3 * area * batch), batch).catch(toError);
    const runMs = lap();

    const results: JobResult[] = [];
    let place = 0;
    for (const frame of frames) {
      const failed = [frame, scores].find((result) => result instanceof Error);
      if (failed !== undefined) {
        results.push(failed as Error);
        continue;
      }
      const data = (scores as Float32Array).subarray(area * place, area * ++place);
      results.push(await finish(frame as Prepared, { width, height, data }, runMs).catch(toError));
    }
    return results;
  };
}

/** What was thrown, as the result of a job. */
export function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
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
