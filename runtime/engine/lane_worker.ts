// The Worker's side of a lane: owns one session and answers one request after the other.

import type { Card } from "../../models/card.ts";
import { openPackage } from "../../models/package.ts";
import type { FrameLimits } from "../frame.ts";
import type { TensorJob } from "../job.ts";
import { createPipeline, type Pipeline } from "../pipeline.ts";
import type { Inference } from "../reply.ts";
import { checkGolden } from "./golden.ts";
import {
  type Answer,
  type LaneRequest,
  type Opened,
  type OpenRequest,
  resultToWire,
  toWire,
  type WireResult,
} from "./lane_messages.ts";
import { createSession } from "./onnxruntime.ts";
import type { Session } from "./provider.ts";

interface OpenLane {
  readonly session: Session;
  readonly card: Card;
  pipeline: Pipeline;
  readonly limits: FrameLimits;
  readonly goldenInput: Float32Array;
}

let lane: OpenLane | undefined;
let last: Promise<void> = Promise.resolve();

self.onmessage = ({ data }: MessageEvent<LaneRequest & { id: number }>) => {
  last = last.then(() => answer(data.id, data));
};

async function answer(id: number, request: LaneRequest): Promise<void> {
  try {
    const value = await handle(request);
    post({ id, ok: true, value }, buffersOf(request, value));
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
      return (await lane.pipeline(request.jobs)).map(resultToWire);
    case "infer":
      return await infer(lane.session, request);
    case "measure":
      return await medianRunMs(lane, request.runs);
    case "levels": {
      const { session, card, limits } = lane;
      lane.pipeline = createPipeline(session, { ...card, ...request.levels }, { limits });
      return;
    }
    case "close":
      return await lane.session[Symbol.asyncDispose]();
  }
}

/** Loads, checks the golden output and warms up: the first run of a session allocates its memory. */
async function open(request: OpenRequest): Promise<Opened> {
  const { packageDir, provider, variant, threads, spinUs, limits } = request;
  const opened = await openPackage(packageDir);
  const { card } = opened;
  const graph = await Deno.readFile(opened.variantPath(variant));
  const name = `${card.name} ${card.version}`;
  const session = await createSession(graph, {
    ...{ package: name, card, variant, provider, threads, spinUs },
  });
  try {
    const golden = await opened.golden();
    const result = await checkGolden(session, card, golden);
    await session.run(golden.image, 1);
    const pipeline = createPipeline(session, card, { limits });
    lane = { session, card, pipeline, limits, goldenInput: golden.image };
    return { card, info: session.info, golden: result };
  } catch (error) {
    await session[Symbol.asyncDispose]();
    throw error;
  }
}

/** The median time of a bare run, in ms. */
async function medianRunMs({ session, goldenInput }: OpenLane, runs: number): Promise<number> {
  const times: number[] = [];
  for (let run = 0; run < runs; run++) {
    const start = performance.now();
    await session.run(goldenInput, 1);
    times.push(performance.now() - start);
  }
  return times.sort((a, b) => a - b)[times.length >> 1]!;
}

/** A ready input through the session alone. */
async function infer(session: Session, { tensor, batch }: TensorJob): Promise<Inference> {
  const start = performance.now();
  const map = await session.run(tensor, batch);
  const runMs = performance.now() - start;
  return { map: map.slice(), runMs }; // a copy: the session may own the buffer
}

function buffersOf({ kind }: LaneRequest, value: unknown): Transferable[] {
  if (kind === "infer") return [(value as Inference).map.buffer];
  if (kind !== "segment") return [];
  return (value as WireResult[]).flatMap((result) => {
    if (!result.ok) return [];
    const { mask, map, png } = result.value;
    return [mask.bits, map, png].filter((bytes) => bytes !== undefined).map(({ buffer }) => buffer);
  });
}
