// The other precisions of a float32 graph: half floats and int8, each measured as it will run. Writes no file.

import type { VariantName } from "../models/card.ts";
import type { Golden } from "../models/package.ts";
import type { MaskRule } from "../models/segment_map.ts";
import { evaluate, type Evaluation, type EvaluationSource, inputsOf } from "./evaluate.ts";
import { foldAttention } from "./onnx/fold_attention.ts";
import { foldLayerNorms } from "./onnx/fold_layer_norms.ts";
import type { Graph } from "./onnx/graph.ts";
import { integerForm } from "./onnx/integer_form.ts";
import { queryProducts } from "./onnx/query_products.ts";
import { serialize } from "./onnx/serialize.ts";
import { toFloat16 } from "./onnx/to_float16.ts";
import type { ImageSize } from "./ops/ops.ts";
import { checkGolden } from "./package/golden.ts";
import type { VariantFile } from "./package/write_package.ts";
import { openGraph } from "./package/verify.ts";
import { balanceChannels, balancesOf, observeChannels } from "./quantization/balance_channels.ts";
import { type CalibrationMethod, observeRanges, withOutputs } from "./quantization/calibrate.ts";
import { planQuantization } from "./quantization/plan_quantization.ts";
import type { ValueRange } from "./quantization/scales.ts";
import { quantizeWithinBudget } from "./quantization/within_budget.ts";

export interface VariantOptions {
  /** Which, beside fp32. */
  readonly names: readonly VariantName[];
  /** Images of the train part whose ranges int8 takes. @default 64 */
  readonly calibrationImages?: number;
  /** How much of the mean of `iou_image` and `iou_defect` int8 may lose on the validation part. */
  readonly budget: number;
  /** What is tried for int8. @default all */
  readonly methods?: readonly CalibrationMethod[];
  readonly say?: (line: string) => void;
}

/** What variants are made of, and measured on. */
export interface VariantMaterial {
  readonly graph: Graph;
  /**
   * Whether channels are made alike before int8, scales of layer norms first, and attention is folded; not where training rounded
   * without that.
   */
  readonly foldsNorms: boolean;
  /** Ranges that training rounded by, where it did and they are known. */
  readonly trainedRanges?: ReadonlyMap<string, ValueRange> | undefined;
  readonly metadata: Readonly<Record<string, string>>;
  readonly golden: Golden;
  readonly rule: MaskRule;
  /** Whose ranges are taken: images of the train part, half of them with a defect. */
  readonly calibration: EvaluationSource;
  readonly validation: EvaluationSource;
  readonly test: EvaluationSource;
}

export interface Variant {
  readonly name: VariantName;
  readonly file: VariantFile;
  /** Largest |Δ| of the golden map. */
  readonly goldenDifference: number;
  readonly test: Evaluation;
}

/**
 * Half floats: rounded to 11 bits on the way, behind a sigmoid, and GPUs sum in them too: golden maps were seen off by 0.001 to
 * 0.003 on the CPU, which does not, and by 0.004 to 0.008 on software Vulkan.
 */
const halfTolerance = 2e-2;
/**
 * An outline that moves by a pixel is a large |Δ| and a small fault, so what int8 may lose is said in IoU. A box is held to
 * what is seen here, and half again, since every kind of CPU rounds a little otherwise.
 */
const integerMargin = 1.5;
/** Above this a sum of a few half floats may leave their range. */
const halfLimit = 1e4;
/** Images that tell which nodes need float32. */
const probes = 8;

/** int8 loses more than it may, with half of its nodes in float32 too. */
export class OverBudgetError extends Error {
  override readonly name = "OverBudgetError";
}

/** @throws PackageError `golden` when a map is not the trainer's, OverBudgetError when int8 loses more than it may. */
export async function makeVariants(
  material: VariantMaterial,
  options: VariantOptions,
): Promise<Variant[]> {
  const { names } = options;
  return [
    ...(names.includes("fp16") ? [await makeHalf(material)] : []),
    ...(names.includes("int8") ? [await makeInteger(material, options)] : []),
  ];
}

async function makeHalf(material: VariantMaterial): Promise<Variant> {
  const { graph, calibration } = material;
  const inner = graph.nodes.flatMap(({ outputs }) => outputs);
  const size = calibration.input;
  await using observer = await openGraph(serialize(withOutputs(graph, inner), {}), size);
  const images = (await inputsOf(calibration)).slice(-probes);
  const histograms = await observeRanges(images, (image) => observer.observe(image, 1));
  const isLarge = (name: string) => {
    const { min, max } = histograms.get(name) ?? { min: 0, max: 0 };
    return Math.max(-min, max) > halfLimit;
  };
  const islands = new Set(
    graph.nodes.filter(({ inputs, outputs }) => [...inputs, ...outputs].some(isLarge))
      .map(({ name }) => name),
  );
  const made = islands.size > 0 ? `in float32: ${[...islands].join(", ")}` : undefined;
  return await measured("fp16", toFloat16(graph, { islands }), material, made);
}

async function makeInteger(
  material: VariantMaterial,
  { budget, methods, say }: VariantOptions,
): Promise<Variant> {
  const { calibration, validation, rule } = material;
  const size = calibration.input;
  const images = await inputsOf(calibration);
  const { foldsNorms, trainedRanges } = material;
  const graph = foldsNorms
    ? queryProducts(
      await balanced(integerForm(foldAttention(foldLayerNorms(material.graph))), images, size),
    )
    : integerForm(material.graph);
  const { values } = planQuantization(graph);
  await using observer = await openGraph(serialize(withOutputs(graph, values), {}), size);
  const histograms = await observeRanges(images, (image) => observer.observe(image, 1));
  const quantized = await quantizeWithinBudget(graph, histograms, {
    loss: budget,
    trainedRanges,
    ...(methods && { methods }),
    ...(say && { say }),
    async score(form) {
      await using runner = await openGraph(serialize(form, {}), size);
      const { overall } = await evaluate(runner, validation, rule);
      return (overall.iou_image + overall.iou_defect) / 2;
    },
    async mapsOf(form) {
      await using runner = await openGraph(serialize(form, {}), size);
      const maps = [];
      for (const image of images.slice(-probes)) maps.push(await runner.run(image, 1));
      return maps;
    },
  });
  const { method, returned, score, floatScore, isWithin } = quantized;
  if (!isWithin) {
    const reached = `${score.toFixed(4)}, float32 ${floatScore.toFixed(4)}`;
    throw new OverBudgetError(
      `Cannot write int8: on the validation part it reaches ${reached}, a loss of ${budget} is allowed; allow more by --budget, ` +
        "train on with numbers rounded by deno task train --from RUN --int8-aware, or leave int8 out of --variants",
    );
  }
  const kept = returned.length > 0 ? returned.join(", ") : "nothing";
  const source = method === "trained"
    ? "ranges as trained"
    : `${method} over ${images.length} images`;
  const made = `${source}; in float32: ${kept}`;
  return await measured("int8", quantized.graph, material, made);
}

/** With the numbers of a value's channels as alike as may be. */
async function balanced(graph: Graph, images: readonly Float32Array[], size: ImageSize) {
  const balances = balancesOf(graph);
  const values = balances.flatMap(({ value, partner }) => partner ? [value, partner] : [value]);
  await using observer = await openGraph(serialize(withOutputs(graph, values), {}), size);
  const observe = (image: Float32Array) => observer.observe(image, 1);
  return balanceChannels(graph, balances, await observeChannels(graph, balances, images, observe));
}

async function measured(
  name: VariantName,
  graph: Graph,
  { metadata, golden, rule, test: source }: VariantMaterial,
  made: string | undefined,
): Promise<Variant> {
  const bytes = serialize(graph, metadata);
  await using runner = await openGraph(bytes, source.input);
  const isHalf = name === "fp16";
  const goldenDifference = await checkGolden(runner, golden, isHalf ? halfTolerance : 1, name);
  const test = await evaluate(runner, source, rule);
  const { iou_image, iou_defect } = test.overall;
  const tolerance = isHalf
    ? halfTolerance
    : Math.min(1, Math.ceil(100 * integerMargin * goldenDifference) / 100 || 0.01);
  const about = { tolerance, metrics: { iou_image, iou_defect }, ...(made && { made }) };
  return { name, file: { bytes, about }, goldenDifference, test };
}
