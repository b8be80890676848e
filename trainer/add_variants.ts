// A package becomes a new version with further precisions, or with some made anew. Its weights come out of its graph.

import { basename, dirname, join, resolve } from "@std/path";
import type { Card, VariantName } from "../models/card.ts";
import { scanDataset } from "../models/dataset.ts";
import { openPackage, type Package } from "../models/package.ts";
import { dataRoot } from "./data/root.ts";
import { evaluationSource } from "./evaluation_source.ts";
import { batchNormEpsilon } from "./networks/blocks.ts";
import { getNetwork } from "./networks/presets.ts";
import { foldBatchNorms } from "./onnx/fold_batch_norms.ts";
import { toGraph } from "./ops/onnx.ts";
import { plan } from "./ops/plan.ts";
import { encodeGolden } from "./package/golden.ts";
import { readWeights } from "./package/read_weights.ts";
import {
  claimVersion,
  type PackageFiles,
  type VariantFile,
  writePackage,
} from "./package/write_package.ts";
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
  /** Folder of packages that the new version goes to, and that version. @default as `modelsAround` */
  readonly models?: string | undefined;
  readonly version: string;
  readonly replace: boolean;
  readonly variants: VariantOptions;
}

/**
 * The data is split as it was for the training: int8 is calibrated on the train part, chosen on the validation part and
 * measured on the test part. float32, golden pair and rule stay as they are, and so does every precision that is not made anew.
 * The card's choice of a variant is left out for providers that a new one may suit better.
 *
 * @returns Folder of the new version, and what was made.
 * @throws as `trainedSplit`, PackageError as opening, quantizing and writing do; RangeError when the graph is not of the card's network.
 */
export async function addVariants(
  { dir, data, splitFile, version, replace, variants: wanted, ...options }: AddVariantsOptions,
): Promise<{ readonly dir: string; readonly variants: readonly Variant[] }> {
  const opened = await openPackage(dir);
  const { schema: _, variants: __, choice, golden: { tolerance }, ...draft } = opened.card;
  const models = options.models ?? modelsAround(dir, draft);
  await claimVersion(models, { ...draft, version }, replace); // before the work, not after
  const { input, network: { name, preset }, training } = draft;
  const network = getNetwork(name, preset);
  const old = await variantsOf(opened);
  const weights = readWeights(old.fp32.bytes, plan(network, input).weights, batchNormEpsilon);
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
  const kept = keptChoice(choice, made, wanted.say);
  const written = await writePackage(models, { ...draft, ...kept, version }, {
    variants: { ...old, ...Object.fromEntries(made.map(({ name, file }) => [name, file])) },
    ...{ golden: encodeGolden(golden, input), tolerance },
  }, replace);
  return { dir: written, variants: made };
}

/** The folder that a package lies in by its name and version; "models" for one that lies otherwise. */
export function modelsAround(
  dir: string,
  { name, version }: Pick<Card, "name" | "version">,
): string {
  const place = resolve(dir);
  const isInPlace = basename(place) === version && basename(dirname(place)) === name;
  return isInPlace ? join(dir, "..", "..") : "models";
}

/** All that the package has. */
async function variantsOf({ card, graph }: Package): Promise<PackageFiles["variants"]> {
  const fileOf = async (name: VariantName): Promise<VariantFile> => {
    const { tolerance, metrics, made } = card.variants[name]!;
    const about = { ...(tolerance && { tolerance }), ...(metrics && { metrics }) };
    return { bytes: await graph(name), about: { ...about, ...(made && { made }) } };
  };
  const { fp32: _, ...others } = card.variants;
  const files: Partial<Record<VariantName, VariantFile>> = {};
  for (const name of Object.keys(others) as VariantName[]) files[name] = await fileOf(name);
  return { fp32: await fileOf("fp32"), ...files };
}

type Choice = NonNullable<Card["choice"]>;

/** The providers that a precision may suit: half floats are for GPUs, integers for CPUs. */
const suited: Readonly<Record<VariantName, readonly (keyof Choice)[]>> = {
  fp32: ["cpu", "wasm", "webgpu", "cuda"],
  fp16: ["webgpu", "cuda"],
  int8: ["cpu", "wasm"],
};

/** What still holds of a choice that was measured without the variants which were made. */
function keptChoice(
  choice: Choice | undefined,
  made: readonly Variant[],
  say: VariantOptions["say"],
): { readonly choice?: Choice } {
  if (choice === undefined) return {};
  const measurable = new Set(made.flatMap(({ name }) => suited[name]));
  const providers = Object.keys(choice) as (keyof Choice)[];
  const outdated = providers.filter((provider) => measurable.has(provider));
  if (outdated.length > 0) {
    say?.(`The card's choice for ${outdated.join(", ")} was measured before, and is left out`);
  }
  const kept = Object.entries(choice).filter(([name]) => !measurable.has(name as keyof Choice));
  return kept.length > 0 ? { choice: Object.fromEntries(kept) } : {};
}
