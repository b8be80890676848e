// A package that has float32 alone becomes a new version with other precisions. Its weights come out of its graph.

import { scanDataset } from "../models/dataset.ts";
import { openPackage } from "../models/package.ts";
import { dataRoot } from "./data/root.ts";
import { evaluationSource } from "./evaluation_source.ts";
import { batchNormEpsilon } from "./networks/blocks.ts";
import { getNetwork } from "./networks/presets.ts";
import { foldBatchNorms } from "./onnx/fold_batch_norms.ts";
import { toGraph } from "./ops/onnx.ts";
import { plan } from "./ops/plan.ts";
import { encodeGolden } from "./package/golden.ts";
import { readWeights } from "./package/read_weights.ts";
import { claimVersion, writePackage } from "./package/write_package.ts";
import { calibrationSource } from "./quantization/calibration_source.ts";
import { trainedSplit } from "./trained_split.ts";
import { makeVariants, type Variant, type VariantOptions } from "./variants.ts";

export interface AddVariantsOptions {
  /** Folder of the package. */
  readonly dir: string;
  /** What it was trained on, as to `deno task evaluate`. */
  readonly data: string;
  /** Split file that it was trained by, as to `trainedSplit`. */
  readonly splitFile?: string | undefined;
  /** Folder of packages that the new version goes to, and that version. */
  readonly models: string;
  readonly version: string;
  readonly replace: boolean;
  readonly variants: VariantOptions;
}

/**
 * The data is split as it was for the training: int8 is calibrated on the train part, chosen on the validation part and measured
 * on the test part. float32, golden pair and rule stay as they are.
 *
 * @returns Folder of the new version, and what was made.
 * @throws as `trainedSplit`, PackageError as opening, quantizing and writing do; RangeError when the graph is not of the card's network.
 */
export async function addVariants(
  { dir, data, splitFile, models, version, replace, variants: wanted }: AddVariantsOptions,
): Promise<{ readonly dir: string; readonly variants: readonly Variant[] }> {
  const opened = await openPackage(dir);
  const { schema: _, variants: __, golden: { tolerance }, ...draft } = opened.card;
  await claimVersion(models, { ...draft, version }, replace); // before the work, not after
  const { input, network: { name, preset }, training } = draft;
  const network = getNetwork(name, preset);
  const fp32 = await Deno.readFile(opened.variantPath("fp32"));
  const weights = readWeights(fp32, plan(network, input).weights, batchNormEpsilon);
  const golden = await opened.golden();

  const root = await dataRoot(data);
  const samples = await scanDataset(root, draft.products);
  const split = await trainedSplit(opened.card, { root, samples, file: splitFile });
  const measured = { root, samples, split };
  const made = await makeVariants({
    graph: foldBatchNorms(toGraph(network, weights, input)),
    foldsNorms: !training.roundsNumbers,
    metadata: { network: `${name} ${preset}`, command: training.command },
    ...{ golden, rule: draft },
    calibration: calibrationSource(
      evaluationSource(measured, "train", input),
      ...[wanted.calibrationImages ?? 64, training.seed] as const,
    ),
    validation: evaluationSource(measured, "validation", input),
    test: evaluationSource(measured, "test", input),
  }, wanted);
  const written = await writePackage(models, { ...draft, version }, {
    variants: {
      fp32: { bytes: fp32 },
      ...Object.fromEntries(made.map(({ name, file }) => [name, file])),
    },
    ...{ golden: encodeGolden(golden, input), tolerance },
  }, replace);
  return { dir: written, variants: made };
}
