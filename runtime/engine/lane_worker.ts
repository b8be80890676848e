// The Worker's side of a lane: owns one way for frames and answers one request after the other.

import type { Card } from "../../models/card.ts";
import { readPackage } from "../../models/package.ts";
import { openDecoder } from "../open_decoder.ts";
import type { Inference } from "../reply.ts";
import { giveWay } from "./give_way.ts";
import { keepCard } from "./kept_card.ts";
import {
  type Answer,
  type LaneRequest,
  type Opened,
  type OpenRequest,
  resultToWire,
  type SegmentAnswer,
  toWire,
} from "./lane_messages.ts";
import { type LanePath, openLanePath } from "./lane_path.ts";

interface OpenLane {
  readonly card: Card;
  readonly path: LanePath;
}

let lane: OpenLane | undefined;
/** Resolves when all that came is answered. */
let all: Promise<void> = Promise.resolve();
/** Resolves when all that no frame may overtake is answered. */
let ordered: Promise<void> = Promise.resolve();

giveWay(); // once, and before a session starts its threads: a Worker opens one lane after the other

self.onmessage = ({ data }: MessageEvent<LaneRequest & { id: number }>) => {
  const overlaps = data.kind === "segment" && lane?.path.overlaps;
  const answered = (overlaps ? ordered : all).then(() => answer(data.id, data));
  all = Promise.all([all, answered]).then(() => {}); // else each would hold the one before, for ever
  if (!overlaps) ordered = answered;
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
    case "segment": {
      const results = (await lane.path.pipeline(request.jobs)).map(resultToWire);
      const buffers = request.jobs.map(({ frame }) => frame.bytes.buffer as ArrayBuffer);
      return { results, buffers } satisfies SegmentAnswer;
    }
    case "infer":
      return await lane.path.infer(request);
    case "measure":
      return await medianFrameMs(lane, request.runs);
    case "levels":
      return lane.path.setLevels(request.levels);
    case "close": {
      const { path } = lane;
      lane = undefined;
      return await path[Symbol.asyncDispose]();
    }
  }
}

/** Loads and checks: the lane is warm afterwards. */
async function open(request: OpenRequest): Promise<Opened> {
  const { packageDir, provider, variant, threads, spinUs, shaders, limits } = request;
  const opened = await readPackage(packageDir);
  const { card = opened.card } = request;
  const changes = keepCard(card, opened.card, variant, packageDir);
  const decoder = await openDecoder(request.decoder);
  const path = await openLanePath(
    await opened.graph(variant),
    {
      ...{ package: `${card.name} ${card.version}`, card, variant, provider, threads, spinUs },
      ...{ shaders, limits, decoder },
    },
    await opened.golden(),
  );
  lane = { card, path };
  path.lost?.then((reason) => {
    // Nobody catches it: the Worker ends, and with it the lane.
    if (lane?.path === path) reportError(new Error(`the GPU is lost: ${reason}`));
  });
  const { info, golden, overlaps } = path;
  const notes = [...changes, ...path.notes];
  return { card, info, golden, decoder: decoder.name, notes, overlaps };
}

/** The median time that a raw frame of the network's size takes, in ms. */
async function medianFrameMs({ card, path }: OpenLane, runs: number): Promise<number> {
  const { width, height } = card.input;
  const times: number[] = [];
  for (let run = 0; run < runs; run++) {
    const bytes = new Uint8Array(width * height * 3).fill(127);
    const start = performance.now();
    const [result] = await path.pipeline([
      { frame: { format: "rgb8", width, height, bytes }, want: {} },
    ]);
    if (result instanceof Error) throw result;
    times.push(performance.now() - start);
  }
  return times.sort((a, b) => a - b)[times.length >> 1]!;
}

function buffersOf({ kind }: LaneRequest, value: unknown): Transferable[] {
  if (kind === "infer") return [(value as Inference).map.buffer];
  if (kind !== "segment") return [];
  const { results, buffers } = value as SegmentAnswer;
  const parts = results.flatMap((result) => {
    if (!result.ok) return [];
    const { mask, map, png } = result.value;
    return [mask.bits, map, png].filter((bytes) => bytes !== undefined).map(({ buffer }) => buffer);
  });
  return [...buffers, ...parts];
}
