// From a checkpoint to a package: emit, check against the trainer, choose the threshold, measure, write.

import * as tf from "@tensorflow/tfjs";
import { scanDataset } from "../models/dataset.ts";
import type { MaskMetrics } from "../models/metrics.ts";
import type { Part } from "../models/split.ts";
import { hashSamples } from "../models/split_dataset.ts";
import { scoreCounts } from "../models/score_counts.ts";
import { readCheckpoint } from "./checkpoint.ts";
import { averagedWeights } from "./checkpoint_weights.ts";
import { expectDefects, expectUnchanged } from "./check_data.ts";
import { inputOf, pixelMean, pixelStd } from "./config.ts";
import { dataRoot } from "./data/root.ts";
import { evaluate, type Evaluation, goldenInput, searchRule } from "./evaluate.ts";
import { evaluationSource, hasStandIns } from "./evaluation_source.ts";
import { getNetwork } from "./networks/presets.ts";
import { foldBatchNorms } from "./onnx/fold_batch_norms.ts";
import { opset, serialize } from "./onnx/serialize.ts";
import { inputName, outputName, toGraph } from "./ops/onnx.ts";
import { toVariables } from "./ops/tfjs.ts";
import { checkGolden, encodeGolden, makeGolden } from "./package/golden.ts";
import { openGraph } from "./package/verify.ts";
import { calibrationSource } from "./quantization/calibration_source.ts";
import { readRanges } from "./quantization/run_rounding.ts";
import { makeVariants, type Variant, type VariantOptions } from "./variants.ts";
import { type CardDraft, claimVersion, writePackage } from "./package/write_package.ts";
import type { RunFolder } from "./run_folder.ts";
import { hashParts } from "../models/card_split.ts";

export interface ExportOptions {
  readonly name: string;
  readonly version: string;
  /** Folder of packages. */
  readonly models: string;
  /** Which checkpoint of the run. */
  readonly checkpoint: "best" | "last";
  /** Smallest region that counts, in map pixels. */
  readonly minRegionPixels: number;
  readonly replace: boolean;
  /** What made the run, for the card. */
  readonly command: string;
  /** How the card names the data: a path of this machine says nothing to another. */
  readonly dataName: string;
  /** Precisions beside fp32, and what int8 may lose. @default none */
  readonly variants?: VariantOptions;
  /** Told of each measured image. */
  readonly onSample?: (part: Part) => void;
}

export interface Exported {
  readonly dir: string;
  readonly threshold: number;
  /** As in the card. */
  readonly minRegionScore: number;
  /** Largest |Δ| between ONNX Runtime's map and the trainer's. */
  readonly goldenDifference: number;
  readonly test: Evaluation;
  readonly variants: readonly Variant[];
  /** The data has no defect: the threshold was chosen, and the test part measured, on made ones. */
  readonly syntheticDefects: boolean;
}

/** Float32 sums in another order: a U-Net's maps differ by about 1e-6 between backends. */
const goldenTolerance = 1e-4;

/**
 * Writes the package of a run. The backend must be set.
 *
 * Data without any defect is measured on synthetic ones.
 *
 * @throws Error when images hold something else than when the run began.
 * @throws RangeError when the validation or the test part has no defect to find, though the data has some.
 * @throws PackageError `golden` when ONNX Runtime's or a variant's map is not the trainer's, OverBudgetError when int8 loses more
 * than it may.
 */
export async function exportPackage(run: RunFolder, options: ExportOptions): Promise<Exported> {
  const { config, split } = run;
  await claimVersion(options.models, options, options.replace); // before the work, not after
  const input = inputOf(config);
  const checkpoint = await readCheckpoint(run[options.checkpoint]);
  const weights = averagedWeights(checkpoint.tensors);
  const network = getNetwork(config.network, config.preset);
  const graph = foldBatchNorms(toGraph(network, weights, config));
  const metadata = {
    network: `${config.network} ${config.preset}`,
    steps: String(checkpoint.step),
    command: options.command,
  };
  const fp32 = serialize(graph, metadata);

  const root = await dataRoot(config.data);
  const samples = await scanDataset(root, config.products);
  expectUnchanged(run, await hashSamples(root, samples));
  const data = { root, samples, split };
  const syntheticDefects = hasStandIns(data);
  const source = (part: Part) => ({
    ...evaluationSource(data, part, input),
    onSample: () => options.onSample?.(part),
  });

  await using runner = await openGraph(fp32, config);
  const [toChoose, toMeasure] = [source("validation"), source("test")];
  await expectDefects(data, "validation", input);
  await expectDefects(data, "test", input);
  const image = await goldenInput(toChoose);
  const variables = toVariables(weights);
  const golden = await makeGolden(network, variables, image, config);
  tf.dispose([...variables.values()]);
  const goldenDifference = await checkGolden(runner, golden, goldenTolerance);

  const counts = scoreCounts();
  const { threshold, minRegionScore } = await searchRule(runner, toChoose, counts.add);
  const rule = { threshold, minRegionPixels: options.minRegionPixels, minRegionScore };
  const test = await evaluate(runner, toMeasure, rule);
  const wanted = options.variants ?? { names: [], budget: 0 };
  const variants = await makeVariants(
    {
      ...{
        graph,
        foldsNorms: !config.roundsNumbers,
        trainedRanges: config.roundsNumbers ? await readRanges(run) : undefined,
        metadata,
        golden,
        rule,
        validation: toChoose,
        test: toMeasure,
      },
      calibration: calibrationSource(source("train"), wanted.calibrationImages ?? 64, config.seed),
    },
    wanted,
  );

  const draft: CardDraft = {
    name: options.name,
    version: options.version,
    network: { name: config.network, preset: config.preset },
    input: {
      name: inputName,
      ...input,
      mean: [...pixelMean],
      std: [...pixelStd],
      resize: "triangle",
    },
    output: { name: outputName, meaning: "probability that the pixel shows a defect, 0..1" },
    ...rule,
    products: [...config.products],
    training: {
      data: options.dataName,
      split: {
        ...{ ratios: split.ratios, seed: split.seed },
        sha256: await hashParts(split, samples),
      },
      seed: config.seed,
      steps: checkpoint.step,
      batch: config.batch,
      command: options.command,
      ...(config.roundsNumbers && { roundsNumbers: true as const }),
    },
    metrics: {
      split: "test",
      ...rounded(test.overall),
      ...(syntheticDefects && { syntheticDefects }),
    },
    scores: { split: "validation", counts: counts.counts },
    opset,
  };
  const files = {
    variants: {
      fp32: { bytes: fp32 },
      ...Object.fromEntries(variants.map(({ name, file }) => [name, file])),
    },
    golden: encodeGolden(golden, config),
    tolerance: goldenTolerance,
  };
  const dir = await writePackage(options.models, draft, files, options.replace);
  return { dir, threshold, minRegionScore, goldenDifference, test, variants, syntheticDefects };
}

/** Six digits: more would be noise of the machine. */
function rounded(metrics: MaskMetrics): MaskMetrics {
  const entries = Object.entries(metrics).map(([name, value]: [string, number]) =>
    [name, Math.round(value * 1e6) / 1e6] as const
  );
  return Object.fromEntries(entries) as unknown as MaskMetrics;
}
