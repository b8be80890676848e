// What the answers of the HTTP API look like, as zod schemas: routes write values of these types and
// /openapi.json describes them. Knows no route.

import { z } from "zod";
import { cardSchema } from "../../models/card.ts";
import type { Region, StageTimes } from "../reply.ts";
import type { Counters } from "../stream/accounting.ts";
import { POLICIES } from "../stream/frame_queue.ts";
import { PRIORITIES } from "../stream/turns.ts";
import type { ModelDescription } from "./model_service.ts";

const count = z.int().min(0);
const unit = z.number().min(0).max(1);
const ms = z.number().min(0);
const size = z.strictObject({ width: count, height: count });

export const region = z.strictObject({
  ...{ x: count, y: count, width: count, height: count },
  area: count.describe("Pixels of the frame"),
  score: unit.describe("Highest score inside the region"),
  centroid: z.tuple([z.number(), z.number()]).describe("Centre of mass, [x, y]"),
}).meta({
  id: "Region",
  description: "A connected component of the mask, in pixels of the frame",
}) satisfies z.ZodType<Region>;

const stageTimes = z.strictObject({
  ...{ decodeMs: ms, preprocessMs: ms, runMs: ms, postprocessMs: ms, encodeMs: ms },
}).meta({
  id: "StageTimes",
  description: "Milliseconds that each stage took",
}) satisfies z.ZodType<StageTimes>;

const modelDescription = z.strictObject({
  ...{ name: z.string(), version: z.string(), variant: z.string(), provider: z.string() },
  input: size,
  threshold: unit,
  minRegionScore: unit,
}).meta({ id: "ModelDescription" }) satisfies z.ZodType<ModelDescription>;

export const segmentReply = z.strictObject({
  model: modelDescription,
  frame: size,
  verdict: z.enum(["ok", "defect"]),
  score: unit.describe("Highest score of the map"),
  threshold: unit,
  minRegionScore: unit,
  regions: z.array(region).describe("Largest area first"),
  mask: z.strictObject({
    encoding: z.literal("rle"),
    size: z.tuple([count, count]).describe("Height and width of the network's map"),
    counts: z.array(count).describe("Run lengths row by row, zeros first"),
  }),
  times: stageTimes,
}).meta({ id: "SegmentReply" });

export const modelSummary = z.strictObject({
  ...{ name: z.string(), version: z.string() },
  state: z.enum(["loading", "ready", "failed", "stopping"]),
  ...{ network: cardSchema.shape.network, products: cardSchema.shape.products },
  metrics: cardSchema.shape.metrics,
  ...{ threshold: unit, minRegionScore: unit },
  input: size,
  variant: z.string().optional().describe("When ready"),
  provider: z.string().optional().describe("When ready"),
}).meta({ id: "ModelSummary" });

export const modelWithCard = z.strictObject({
  ...modelSummary.shape,
  card: cardSchema.meta({ id: "Card", description: "The package's card.json" }),
}).meta({ id: "Model" });

const counters = z.strictObject({
  ...{ received: count, done: count, dropped: count, expired: count, refused: count },
  ...{ failed: count, inFlight: count },
}).meta({
  id: "Counters",
  description: "received = done + dropped + expired + refused + failed + inFlight",
}) satisfies z.ZodType<Counters>;

const servedModel = z.strictObject({ name: z.string(), version: z.string() });
const openStream = z.strictObject({
  name: z.string(),
  model: servedModel,
  policy: z.enum(POLICIES),
  depth: count.describe("Frames that may wait"),
  priority: z.enum(PRIORITIES),
  deadlineMs: ms.optional().describe("For each frame, from its arrival"),
  waiting: count.describe("Frames that wait"),
  counters,
}).meta({ id: "Stream" });

export const streamList = z.strictObject({
  streams: z.array(openStream),
  requests: z.array(z.strictObject({ model: servedModel, counters })).describe(
    "What became of frames and inputs that belong to no stream",
  ),
}).meta({ id: "StreamList" });
