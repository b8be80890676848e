// What the admin routes answer: the versions of a model, how a shadow differs, what happened.

import { z } from "zod";
import { EVENT_KINDS } from "./history.ts";
import { VERSION_STATES } from "./version_states.ts";

const count = z.int().min(0);
const unit = z.number().min(0).max(1);
const ms = z.number().min(0);

const runStats = z.strictObject({
  frames: count,
  errors: count.describe("Frames that failed by the runtime's fault"),
  medianMs: ms.optional().describe("Median time of a frame, after the first"),
  p99Ms: ms.optional().describe("99th percentile, after the first"),
}).meta({ id: "RunStats", description: "The last 512 batches of a version" });

const shadowReport = z.strictObject({
  frames: count.describe("Frames that both have answered"),
  skipped: count.describe("Frames that came while the shadow was busy"),
  failed: count.describe("Frames that the serving version answered and the shadow did not"),
  verdictDisagreements: count,
  mapsCompared: count,
  maxMapDifference: unit.optional().describe("After the first map"),
  meanMapDifference: unit.optional().describe("After the first map"),
  latencyRatio: z.number().min(0).optional()
    .describe("Median time of a frame by that of the serving version"),
}).meta({ id: "ShadowReport" });

const versionState = z.strictObject({
  version: z.string(),
  state: z.enum(VERSION_STATES),
  inFolder: z.boolean(),
  refusal: z.strictObject({ code: z.string(), reason: z.string() }).optional()
    .describe("Why it was not taken when it was last tried"),
  provider: z.string().optional().describe("This and what follows: in memory"),
  variant: z.string().optional(),
  threshold: unit.optional(),
  minRegionScore: unit.optional(),
  lanes: count.optional(),
  inFlight: count.optional().describe("Batches that are being answered"),
  lately: runStats.optional(),
  share: unit.optional().describe("Of the batches, for a canary"),
  report: shadowReport.optional().describe("For a shadow"),
}).meta({ id: "VersionState", description: "A version in the folder or in memory" });

export const versionList = z.strictObject({
  model: z.string(),
  versions: z.array(versionState).describe("From old to new"),
}).meta({ id: "VersionList" });

export const shadowAnswer = z.strictObject({
  shadow: z.strictObject({ version: z.string(), report: shadowReport }).nullable(),
}).meta({ id: "Shadow" });

const registryEvent = z.strictObject({
  at: z.iso.datetime(),
  model: z.string(),
  kind: z.enum(EVENT_KINDS),
  version: z.string().describe("For a switch or roll-back the one that serves now"),
  from: z.string().optional().describe("The version that served before"),
  code: z.string().optional().describe("Of a refusal"),
  reason: z.string().optional(),
}).meta({ id: "RegistryEvent" });

export const historyAnswer = z.strictObject({
  events: z.array(registryEvent).describe("The last 200, oldest first"),
}).meta({ id: "History" });
