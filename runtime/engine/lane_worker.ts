// The Worker's side of a lane: owns one session and answers one request after the other.

import type { Card } from "../../models/card.ts";
import { openPackage } from "../../models/package.ts";
import { openDecoder } from "../decoder.ts";
import { createPipeline, type Pipeline } from "../pipeline.ts";
import type { Segmentation } from "../reply.ts";
import { checkGolden } from "./golden.ts";
import {
  type Answer,
  type LaneRequest,
  type Opened,
  type OpenRequest,
  toWire,
} from "./lane_messages.ts";
import { createSession } from "./onnxruntime.ts";
import { openShaderPath } from "./webgpu/open.ts";

interface OpenLane extends AsyncDisposable {
  readonly card: Card;
  readonly pipeline: Pipeline;
  /** Whether a frame may be sent before the last one's answer. */
  readonly overlaps: boolean;
}

let lane: OpenLane | undefined;
let last: Promise<void> = Promise.resolve();

self.onmessage = ({ data }: MessageEvent<LaneRequest & { id: number }>) => {
  const next = data.kind === "segment" && lane?.overlaps
    ? Promise.all([last, answer(data.id, data)]).then(() => {})
    : last.then(() => answer(data.id, data));
  last = next;
};

async function answer(id: number, request: LaneRequest): Promise<void> {
  try {
    const value = await handle(request);
    post({ id, ok: true, value }, request.kind === "segment" ? buffersOf(value) : []);
  } catch (error) {
    post({ id, ok: false, error: toWire(error) }, []);
  }
}

function post(message: Answer, transfer: Transferable[]): void {
  self.postMessage(message, { transfer });
}

async function handle(request: LaneRequest): Promise<unknown> {
  if (request.kind === "open") return await open(request);
  if (lane === undefined) throw new Error(`Cannot ${request.kind}: the lane is not open`);
  switch (request.kind) {
    case "segment":
      return await lane.pipeline(request.frame, request.want);
    case "measure":
      return await medianFrameMs(lane, request.runs);
    case "close":
      return await lane[Symbol.asyncDispose]();
  }
}

/** Loads, checks the golden output and warms up: the first run of a session allocates its memory. */
async function open(request: OpenRequest): Promise<Opened> {
  const { packageDir, provider, variant, threads, limits } = request;
  const opened = await openPackage(packageDir);
  const { card } = opened;
  const decoder = await openDecoder(request.decoder);
  const graph = await Deno.readFile(opened.variantPath(variant));
  const golden = await opened.golden();
  const options = { package: `${card.name} ${card.version}`, card, variant };
  const notes: string[] = [];
  if (provider === "webgpu" && request.shaders) {
    const path = await openShaderPath(graph, options, golden, { limits, decoder })
      .catch((error) => notes.push(`Without shaders: ${messageOf(error)}`));
    if (typeof path === "object") {
      const { session, pipeline } = path;
      lane = {
        ...{ card, pipeline: pipeline.answer, overlaps: true },
        [Symbol.asyncDispose]: () => path[Symbol.asyncDispose](),
      };
      return { card, info: session.info, golden: path.golden, decoder: decoder.name, notes };
    }
  }
  const session = await createSession(graph, { ...options, provider, threads });
  try {
    const result = await checkGolden(session, card, golden);
    await session.run(golden.image, 1);
    const pipeline = createPipeline(session, card, { limits, decoder });
    lane = {
      ...{ card, pipeline, overlaps: false },
      [Symbol.asyncDispose]: () => session[Symbol.asyncDispose](),
    };
    return { card, info: session.info, golden: result, decoder: decoder.name, notes };
  } catch (error) {
    await session[Symbol.asyncDispose]();
    throw error;
  }
}

/** The median time that a raw frame of the network's size takes, in ms. */
async function medianFrameMs({ card, pipeline }: OpenLane, runs: number): Promise<number> {
  const { width, height } = card.input;
  const times: number[] = [];
  for (let run = 0; run < runs; run++) {
    const bytes = new Uint8Array(width * height * 3).fill(127);
    const start = performance.now();
    await pipeline({ format: "rgb8", width, height, bytes });
    times.push(performance.now() - start);
  }
  return times.sort((a, b) => a - b)[times.length >> 1]!;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function buffersOf(value: unknown): Transferable[] {
  const { mask, map, png } = value as Segmentation;
  return [mask.bits, map, png].filter((bytes) => bytes !== undefined).map(({ buffer }) => buffer);
}
