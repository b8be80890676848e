// What a run rounds by: ranges of what it starts from, taken once and kept in its folder.

import { z } from "zod";
import { exists } from "../../models/files.ts";
import { readJsonFile, writeJsonFile } from "../../models/json_file.ts";
import { readStart } from "../checkpoint.ts";
import { averagedWeights } from "../checkpoint_weights.ts";
import { pixelMean, pixelStd, type TrainConfig } from "../config.ts";
import { type EvaluationSource, inputsOf } from "../evaluate.ts";
import { getNetwork } from "../networks/presets.ts";
import { foldBatchNorms } from "../onnx/fold_batch_norms.ts";
import type { Graph } from "../onnx/graph.ts";
import { integerForm } from "../onnx/integer_form.ts";
import { serialize } from "../onnx/serialize.ts";
import { toGraph } from "../ops/onnx.ts";
import { fillWeights, type WeightValues } from "../ops/onnx_emitter.ts";
import { plan } from "../ops/plan.ts";
import type { Rounding } from "../ops/tfjs_rounded.ts";
import { openGraph } from "../package/verify.ts";
import { openRun, type RunFolder } from "../run_folder.ts";
import { calibrationSource } from "./calibration_source.ts";
import { observeRanges, rangesOf, withOutputs } from "./calibrate.ts";
import { planQuantization } from "./plan_quantization.ts";
import type { ValueRange } from "./scales.ts";
import { roundingOf } from "./value_rounding.ts";

const rangesSchema = z.record(z.string(), z.strictObject({ min: z.number(), max: z.number() }));

/** Images of which the ranges are. */
const imageCount = 64;

/**
 * What a run rounds: by the ranges of its folder, or else by those of the weights that it starts from on images of its train part,
 * which are then written there: a run that is resumed rounds as it did, and so does the int8 that is made of it.
 *
 * @throws as `readJsonFile` when the file holds no ranges, RangeError when the run starts from none.
 */
export async function openRounding(
  run: RunFolder,
  { root, samples }: Pick<EvaluationSource, "root" | "samples">,
): Promise<Rounding> {
  const { config } = run;
  const ranges = await readRanges(run) ?? await takeRanges(run, { root, samples });
  const { weights } = plan(getNetwork(config.network, config.preset), config);
  return roundingOf(graphOf(config, fillWeights(weights, 0)), ranges);
}

/**
 * Ranges of values by name, or undefined when the run rounds nothing yet.
 *
 * @throws as `readJsonFile` when the file holds no ranges.
 */
export async function readRanges(
  { ranges: file }: Pick<RunFolder, "ranges">,
): Promise<ReadonlyMap<string, ValueRange> | undefined> {
  if (!await exists(file)) return undefined;
  return new Map(Object.entries(await readJsonFile(file, "ranges", rangesSchema)));
}

async function takeRanges(
  { config, ranges: file }: RunFolder,
  { root, samples }: Pick<EvaluationSource, "root" | "samples">,
): Promise<ReadonlyMap<string, ValueRange>> {
  if (config.from === null) throw new RangeError("Cannot take ranges: the run starts from none");
  const { tensors } = await readStart(await openRun(config.from));
  const graph = graphOf(config, averagedWeights(tensors));
  const input = { width: config.width, height: config.height, mean: pixelMean, std: pixelStd };
  const images = await inputsOf(
    calibrationSource({ root, samples, input }, imageCount, config.seed),
  );
  const { values } = planQuantization(graph);
  await using observer = await openGraph(serialize(withOutputs(graph, values), {}), config);
  const histograms = await observeRanges(images, (image) => observer.observe(image, 1));
  const ranges = rangesOf(histograms, "percentile");
  await writeJsonFile(file, Object.fromEntries(ranges));
  return ranges;
}

/** The graph that int8 is made of, with nothing rewritten that would give a value other numbers than training has. */
function graphOf(config: TrainConfig, weights: ReadonlyMap<string, WeightValues>): Graph {
  const network = getNetwork(config.network, config.preset);
  return integerForm(foldBatchNorms(toGraph(network, weights, config)));
}
