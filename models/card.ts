// The model card: all that a runtime must know about a package. Reads no file.

import { z } from "zod";
import { SEMVER } from "./semver.ts";

/** Names of models: also a folder and a part of a URL. */
export const MODEL_NAME = /^[a-z0-9]+(?:[._-][a-z0-9]+)*$/;

const text = z.string().min(1);
const count = z.int().min(0);
const size = z.int().min(1).max(16384);
const unit = z.number().min(0).max(1);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/, "must be 64 hex digits");
const fileName = z.string().regex(
  /^[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*$/,
  "must be a plain file name without folders",
);
const triple = (value: z.ZodNumber) => z.tuple([value, value, value]);

const variant = <D extends string>(dtype: D) =>
  z.strictObject({
    file: fileName,
    /** Type of the weights; the graph's input and output are float32 in any case. */
    dtype: z.literal(dtype),
    bytes: z.int().min(1),
    sha256,
    /** Largest |Δ| between this variant's map and the trainer's golden one; `golden.tolerance` where it says none. */
    tolerance: z.number().gt(0).max(1).optional(),
    /** What it reaches on the split of `metrics`, by the same rule. */
    metrics: z.strictObject({ iou_image: unit, iou_defect: unit }).optional(),
    /** How it was made from the float32 graph, where that took a choice. */
    made: text.optional(),
  });

/** The zod schema of `card.json`, schema id `lineside.card/1`. Objects are strict: an unknown key is refused. */
export const cardSchema = z.strictObject({
  schema: z.literal("lineside.card/1"),
  name: z.string().regex(MODEL_NAME, "must be lower-case words with single . _ - between them"),
  version: z.string().regex(SEMVER, "must be a semantic version like 1.2.3"),
  network: z.strictObject({ name: text, preset: text }),
  input: z.strictObject({
    name: z.literal("image"),
    /** Pixels. */
    width: size,
    /** Pixels. */
    height: size,
    /** Per channel, in 0..1. */
    mean: triple(z.number()),
    /** Per channel, in 0..1. */
    std: triple(z.number().gt(0)),
    resize: z.literal("triangle"),
  }),
  output: z.strictObject({ name: z.literal("anomaly_map"), meaning: text }),
  /** A pixel shows a defect when its score is at least this. */
  threshold: unit,
  /** Regions with fewer map pixels are removed from the mask. */
  minRegionPixels: count,
  /** Regions whose highest score is less are removed too: the threshold draws outlines, this decides what is an alarm. */
  minRegionScore: unit.default(0),
  products: z.array(text).min(1),
  training: z.strictObject({
    data: text,
    split: z.strictObject({
      ratios: triple(z.number().min(0)),
      seed: z.int(),
      /** Of each product's parts: whether an image was trained on cannot be told from seed and ratios once the data has changed. */
      sha256: z.record(text, sha256).optional(),
    }),
    seed: z.int(),
    steps: count,
    batch: count,
    command: text,
    /** It trained with numbers rounded as int8 has them: int8 is then made of the graph as it is. */
    roundsNumbers: z.literal(true).optional(),
  }),
  metrics: z.strictObject({
    split: z.enum(["train", "validation", "test"]),
    images: count,
    iou_image: unit,
    iou_defect: unit,
    iou_pooled: unit,
    miou: unit,
    dice: unit,
    all_empty: unit,
    /** The data has no defect: those of the validation and test part were made. */
    syntheticDefects: z.literal(true).optional(),
  }),
  /**
   * Counts of the images' scores (maximum of the map) in bins of equal width over 0..1, on data the weights
   * never saw: what the runtime holds today's scores against.
   */
  scores: z.strictObject({
    split: z.enum(["validation", "test"]),
    counts: z.array(count).min(2).max(100).refine(
      (counts) => counts.some((count) => count > 0),
      "must have a count above 0",
    ),
  }).optional(),
  opset: z.int().min(1),
  variants: z.strictObject({
    fp32: variant("float32"),
    fp16: variant("float16").optional(),
    int8: variant("int8").optional(),
  }),
  /** The variant that suits a provider, as measured by whoever made the package; where it says none, fp32. */
  choice: z.partialRecord(
    z.enum(["cpu", "wasm", "webgpu", "cuda"]),
    z.enum(["fp32", "fp16", "int8"]),
  )
    .optional(),
  golden: z.strictObject({
    file: fileName,
    sha256,
    /** Largest |Δ| between this box's map and the trainer's. */
    tolerance: z.number().gt(0).max(1),
  }),
}).superRefine((card, context) => {
  const files = [...Object.values(card.variants), card.golden].map((part) => part?.file);
  const seen = new Set<string | undefined>(["card.json"]);
  for (const file of files) {
    if (file !== undefined && seen.has(file)) {
      context.addIssue({ code: "custom", path: ["variants"], message: `use "${file}" twice` });
    }
    seen.add(file);
  }
  for (const [provider, name] of Object.entries(card.choice ?? {})) {
    if (card.variants[name] !== undefined) continue;
    const message = `is ${name}, which the package has not`;
    context.addIssue({ code: "custom", path: ["choice", provider], message });
  }
});

/** A valid model card. */
export type Card = z.infer<typeof cardSchema>;

/** Precision of a graph. */
export type VariantName = keyof Card["variants"];

/** Card of one variant's file. */
export type VariantCard = NonNullable<Card["variants"][VariantName]>;

/**
 * Checks a parsed `card.json`. Throws TypeError that names `file`, the path of everything that is wrong,
 * what it must be and what it is.
 */
export function parseCard(json: unknown, file = "card.json"): Card {
  const result = cardSchema.safeParse(json);
  if (result.success) return result.data;
  const issues = result.error.issues.map((issue) => describeIssue(issue, json));
  throw new TypeError(`Cannot read card "${file}": ${issues.join("; ")}`);
}

function describeIssue(issue: z.core.$ZodIssue, json: unknown): string {
  const path = issue.path.map(String).join(".") || "the card";
  const value = issue.path.reduce<unknown>(
    (parent, key) => (parent as Record<PropertyKey, unknown> | undefined)?.[key],
    json,
  );
  if (issue.code === "unrecognized_keys") {
    return `${path} has unknown ${issue.keys.map((key) => `"${key}"`).join(", ")}`;
  }
  if (issue.code === "custom") return `${path} ${issue.message}`;
  return `${path} ${requirement(issue)}, is ${
    value === undefined ? "missing" : brief(JSON.stringify(value))
  }`;
}

function requirement(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return `must be ${issue.expected === "int" ? "an integer" : `of type ${issue.expected}`}`;
    case "invalid_value":
      return `must be ${issue.values.map((value) => JSON.stringify(value)).join(" or ")}`;
    case "too_small":
      return `must be ${issue.inclusive ? "at least" : "above"} ${issue.minimum}${unitOf(issue)}`;
    case "too_big":
      return `must be ${issue.inclusive ? "at most" : "below"} ${issue.maximum}${unitOf(issue)}`;
    default:
      return issue.message;
  }
}

function unitOf({ origin }: { origin: string }): string {
  return origin === "string" ? " characters" : origin === "array" ? " entries" : "";
}

function brief(json: string): string {
  return json.length <= 80 ? json : `${json.slice(0, 79)}…`;
}
