// What takes a frame through a lane: all on the GPU where that passes its checks, else session and CPU. Knows no Worker.

import type { Golden } from "../../models/package.ts";
import type { Levels, TensorJob } from "../job.ts";
import { createPipeline, type Pipeline, type PipelineOptions, toError } from "../pipeline.ts";
import type { Inference } from "../reply.ts";
import { checkGolden, type GoldenResult } from "./golden.ts";
import { createSession } from "./onnxruntime.ts";
import type { SessionInfo, SessionOptions } from "./provider.ts";
import { runTensor } from "./run_tensor.ts";
import { openShaderPath } from "./webgpu/open.ts";

/** Golden-checked and warm. */
export interface LanePath extends AsyncDisposable {
  readonly pipeline: Pipeline;
  /** Runs the network alone. @throws {ProviderError} code "run". */
  infer(job: TensorJob): Promise<Inference>;
  /** Changes the levels of the card for the frames that come after. */
  setLevels(levels: Levels): void;
  /** Whether a batch may be sent before the last one's answer. */
  readonly overlaps: boolean;
  readonly info: SessionInfo;
  /** As of the session. */
  readonly lost?: Promise<string>;
  readonly golden: GoldenResult;
  /** What was tried and does not work here. */
  readonly notes: readonly string[];
}

export interface LanePathOptions extends SessionOptions, PipelineOptions {
  /** Whether `webgpu` may do all around the network by shaders. */
  readonly shaders: boolean;
}

/**
 * Opens the way of a graph on its provider.
 *
 * @param openShaders is replaced in tests.
 * @throws {ProviderError} when the provider is missing, refuses the graph or fails the golden check.
 */
export async function openLanePath(
  graph: Uint8Array,
  options: LanePathOptions,
  golden: Golden,
  openShaders: typeof openShaderPath = openShaderPath,
): Promise<LanePath> {
  if (options.provider !== "webgpu" || !options.shaders) {
    return await openPlain(graph, options, golden, []);
  }
  try {
    const path = await openShaders(graph, options, golden, options);
    const { answer, setLevels } = path.pipeline;
    return {
      pipeline: (jobs) =>
        Promise.all(jobs.map(({ frame, want }) => answer(frame, want).catch(toError))),
      infer: (job) => runTensor(path.session, options.card.input, job, 1),
      ...{ setLevels, overlaps: true, notes: [] },
      ...{ info: path.session.info, lost: path.session.lost, golden: path.golden },
      [Symbol.asyncDispose]: () => path[Symbol.asyncDispose](),
    };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return await openPlain(graph, options, golden, [`webgpu without shaders: ${reason}`]);
  }
}

async function openPlain(
  graph: Uint8Array,
  options: LanePathOptions,
  golden: Golden,
  notes: readonly string[],
): Promise<LanePath> {
  await using stack = new AsyncDisposableStack();
  const session = stack.use(await createSession(graph, options));
  // This warms it up, too: the next frame takes 16 ms, later ones 12 (unet-tiny, 2 cores).
  const result = await checkGolden(session, options.card, golden);
  const owned = stack.move();
  let pipeline = createPipeline(session, options.card, options);
  return {
    pipeline: (jobs) => pipeline(jobs),
    infer: (job) => runTensor(session, options.card.input, job),
    setLevels(levels) {
      pipeline = createPipeline(session, { ...options.card, ...levels }, options);
    },
    ...{ overlaps: false, notes },
    ...{ info: session.info, ...(session.lost && { lost: session.lost }), golden: result },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
