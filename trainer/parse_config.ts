// Reads the config.json of a run folder: a file that people may edit is checked like any other input.

import { z } from "zod";
import { backendNames } from "./backend/select.ts";
import { normalisationNames, type TrainConfig } from "./config.ts";
import { augmentationKinds } from "./data/augment/switches.ts";
import { lossNames, objectiveWeights } from "./losses/objective.ts";

const text = z.string().min(1);
const count = z.int().min(1);
const share = z.number().min(0).max(1);
const notNegative = z.number().min(0);
const factor = z.number().positive().max(1);
const kinds = z.array(z.enum(augmentationKinds));

const configSchema: z.ZodType<TrainConfig> = z.strictObject({
  data: text,
  products: z.array(text).min(1),
  network: text,
  preset: text,
  width: count,
  height: count,
  backend: z.enum(backendNames),
  from: text.nullable(),
  encoder: z.strictObject({
    file: text,
    sha256: text,
    normalisation: z.enum(normalisationNames).optional(),
  }).nullable(),
  distillation: z.strictObject({
    teacher: text,
    mapWeight: notNegative,
    featureWeight: notNegative,
    temperature: z.number().positive(),
    bandWeight: notNegative,
    inherits: z.boolean().default(false), // runs of before it
  }).nullable(),
  moreGood: text.nullable(),
  roundsNumbers: z.boolean(),
  seed: z.int(),
  splitSeed: z.int(),
  batch: count,
  steps: count,
  learningRate: notNegative,
  warmupSteps: z.int().min(0),
  freezeAfter: share,
  frozenRate: notNegative,
  weightDecay: notNegative,
  clipNorm: notNegative,
  averageDecay: share,
  defectShare: share,
  syntheticShare: share,
  transplantShare: share.default(0), // runs of before it
  crop: z.int().min(0),
  cropUntil: share,
  losses: z.partialRecord(z.enum(lossNames), notNegative).transform(objectiveWeights),
  encoderRate: factor,
  layerDecay: factor,
  patience: z.int().min(0),
  augment: z.strictObject({ usual: kinds, products: z.record(text, kinds) }),
  microBatch: count.nullable(),
  workers: z.int().min(0),
  cacheMb: z.int().min(0).default(4096), // runs of before it
  evaluateEvery: count,
  evaluateImages: z.int().min(0),
  checkpointEvery: count,
});

/**
 * @param file Named in errors.
 * @throws SyntaxError when the text is not JSON, TypeError naming every field that is missing or wrong.
 */
export function parseConfig(json: string, file: string): TrainConfig {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (cause) {
    throw new SyntaxError(`Cannot read run "${file}": not JSON`, { cause });
  }
  const result = configSchema.safeParse(value);
  if (result.success) return result.data;
  throw new TypeError(`Cannot read run "${file}":\n${z.prettifyError(result.error)}`);
}
