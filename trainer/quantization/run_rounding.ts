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
import { serialize } from "../onnx/serialize.ts";
import { toGraph } from "../ops/onnx.ts";
import type { WeightValues } from "../ops/onnx_emitter.ts";
import type { Rounding } from "../ops/tfjs_rounding.ts";
import { openGraph } from "../package/verify.ts";
import { openRun, type RunFolder } from "../run_folder.ts";
import { calibrationSource } from "./calibration_source.ts";
import { observeRanges, rangesOf, withOutputs } from "./calibrate.ts";
import { planQuantization } from "./plan_quantization.ts";

const rangesSchema = z.record(z.string(), z.strictObject({ min: z.number(), max: z.number() }));

/** Images of which the ranges are. */
const imageCount = 64;

/**
 * Ranges by node: those of the run's folder, or else of the weights that it starts from on images of its train part, which are
 * then written there: a run that is resumed rounds as it did.
 *
 * @throws as `readJsonFile` when the file holds no ranges, RangeError when the run starts from none.
 */
export async function openRounding(
  { config, ranges: file }: RunFolder,
  { root, samples }: Pick<EvaluationSource, "root" | "samples">,
): Promise<Rounding> {
  if (await exists(file)) {
    return new Map(Object.entries(await readJsonFile(file, "ranges", rangesSchema)));
  }
  if (config.from === null) throw new RangeError("Cannot take ranges: the run starts from none");
  const { tensors } = await readStart(await openRun(config.from));
  const input = { width: config.width, height: config.height, mean: pixelMean, std: pixelStd };
  const source = calibrationSource({ root, samples, input }, imageCount, config.seed);
  const ranges = await inputRanges(config, averagedWeights(tensors), await inputsOf(source));
  await writeJsonFile(file, Object.fromEntries(ranges));
  return ranges;
}

/** The range of what each node takes that int8 computes in integers. */
async function inputRanges(
  config: TrainConfig,
  weights: ReadonlyMap<string, WeightValues>,
  images: readonly Float32Array[],
): Promise<Rounding> {
  const network = getNetwork(config.network, config.preset);
  const graph = foldBatchNorms(toGraph(network, weights, config));
  const { computing, values, rangeSource } = planQuantization(graph);
  await using observer = await openGraph(serialize(withOutputs(graph, values), {}), config);
  const histograms = await observeRanges(images, (image) => observer.observe(image, 1));
  const ranges = rangesOf(histograms, "percentile");
  return new Map([...computing].map(({ name, inputs: [input = ""] }) => [
    name,
    ranges.get(rangeSource.get(input) ?? input)!,
  ]));
}
