// Flags → the configuration of a run, checked against the data set, the network and the encoder's file.

import { type Flags, UsageError } from "../models/cli.ts";
import { scanDataset } from "../models/dataset.ts";
import type {
  Distillation,
  NormalisationName,
  PinnedEncoder,
  Recipe,
  TrainConfig,
} from "./config.ts";
import { type AugmentationSwitches, parseSwitches, switchesOf } from "./data/augment/switches.ts";
import { dataRoot } from "./data/root.ts";
import { parseObjective } from "./losses/parse_objective.ts";
import { getNetwork } from "./networks/presets.ts";
import type { ImageSize } from "./ops/ops.ts";
import { plan } from "./ops/plan.ts";
import { windowSize } from "./ops/windows.ts";
import { createRateFactors } from "./optimizer/rate_factors.ts";
import { readEncoder } from "./pretrained/encoder_file.ts";
import { recipeOf, usualLooks, usualWarmup } from "./recipes.ts";
import { recipeFlags, type runFlags } from "./train_flags.ts";

/** What one run trains, and where it starts. */
export interface RunChoice {
  readonly network: string;
  readonly preset: string;
  /** Empty for all that the data set has. */
  readonly products: readonly string[];
  readonly from?: string | undefined;
  readonly encoder?: string | undefined;
  /** What the encoder's images were normalised by. @default what most files of its naming were learned with */
  readonly encoderNormalisation?: NormalisationName | undefined;
  readonly distillation?: Distillation | null;
  readonly roundsNumbers?: boolean;
  /** What flags change. @default the network's own */
  readonly recipe?: Recipe | undefined;
  /** What may happen to an image, also of other products than the run's. @default what `--augment` says */
  readonly switches?: AugmentationSwitches | undefined;
}

/** @throws UsageError naming the flag that is wrong, Error when the data set or the encoder's file cannot be used. */
export async function configure(
  given: Flags<typeof runFlags> & Flags<typeof recipeFlags>,
  choice: RunChoice,
): Promise<TrainConfig> {
  if (given.data === undefined) throw new UsageError("--data must name a folder");
  expectOneStart(choice);
  if (choice.encoderNormalisation !== undefined && choice.encoder === undefined) {
    throw new UsageError("--encoder-normalisation needs --encoder: it says what its images were");
  }
  const inherits = choice.distillation?.inherits ?? false;
  if (inherits && (choice.from ?? choice.encoder) !== undefined) {
    throw new UsageError("--inherit excludes --from and --encoder: each says where to start");
  }
  const { data, backend, seed, splitSeed, workers, cacheMb } = given;
  const { microBatch = null, moreGood = null } = given;
  const { network, preset, from = null, distillation = null, roundsNumbers = false } = choice;
  const size = parseSize(given.size);
  const paths = pathsOf(network, preset, given.size, size);
  if (roundsNumbers && from === null) {
    throw new UsageError("--int8-aware needs --from: it fine-tunes what has been trained");
  }
  const start = choice.encoder !== undefined ? "published" : inherits ? "inherited" : "chance";
  const recipe = {
    ...choice.recipe ?? recipeOf(network, start),
    ...changesOf(given),
  };
  const evaluateEvery = given.evaluateEvery ?? usualLooks(recipe);
  const warmupSteps = usualWarmup(recipe);
  const wanted = choice.products.length > 0 ? choice.products : undefined;
  const samples = await scanDataset(await dataRoot(data), wanted);
  const products = [...new Set(samples.map(({ product }) => product))];
  const augment = choice.switches === undefined
    ? asUsage("--augment", () => parseSwitches(given.augment, products))
    : switchesOf(choice.switches, products);
  const encoder = await pinnedEncoder(choice, size);
  expectCropFits(network, preset, size, recipe.crop);
  asUsage(
    "--encoder-rate and --layer-decay",
    () => createRateFactors(paths, { encoder: recipe.encoderRate, layerDecay: recipe.layerDecay }),
  );
  return {
    ...{ ...recipe, evaluateEvery, warmupSteps },
    ...{ data, products, network, preset, ...size, backend, from, encoder, distillation },
    ...{ moreGood, roundsNumbers, seed, splitSeed, augment, microBatch },
    ...{ workers, cacheMb },
  };
}

/** @throws UsageError when weights would come from two places. */
export function expectOneStart({ from, encoder }: Pick<RunChoice, "from" | "encoder">): void {
  if (from === undefined || encoder === undefined) return;
  throw new UsageError("--from and --encoder exclude each other: a run's weights hold an encoder");
}

/** @throws Error when the file does not fit. */
async function pinnedEncoder(
  { network, preset, encoder: file, encoderNormalisation: normalisation }: RunChoice,
  size: ImageSize,
): Promise<PinnedEncoder | null> {
  if (file === undefined) return null;
  const { sha256 } = await readEncoder(file, { network, preset, ...size }, normalisation);
  return { file, sha256, ...(normalisation !== undefined && { normalisation }) };
}

function parseSize(text: string): ImageSize {
  const [, columns, rows = columns] = /^(\d+)(?:x(\d+))?$/.exec(text) ?? [];
  const [width, height] = [Number(columns), Number(rows)];
  if (width && height) return { width, height };
  throw new UsageError(`--size must be WIDTHxHEIGHT or one number, is "${text}"`);
}

/** Paths of all weights of a network, which must be there and take images of the size. */
function pathsOf(
  network: string,
  preset: string,
  sizeText: string,
  size: ImageSize,
): string[] {
  const declared = asUsage("--preset", () => getNetwork(network, preset));
  try {
    return plan(declared, size).weights.map(({ path }) => path);
  } catch (cause) {
    throw new UsageError(`--size ${sizeText} does not fit ${network} ${preset}`, { cause });
  }
}

/** Windows go through the weights of whole images, those for each place being the places of the window. */
function expectCropFits(network: string, preset: string, size: ImageSize, crop: number): void {
  if (crop === 0) return;
  const declared = getNetwork(network, preset);
  asUsage(`--crop ${crop} with ${network} ${preset}`, () => plan(declared, windowSize(size, crop)));
}

/** What the flags say instead of the recipe. */
function changesOf(given: Flags<typeof recipeFlags>): Partial<Recipe> {
  const names = Object.keys(recipeFlags) as (keyof typeof recipeFlags)[];
  const said = names.filter((name) => given[name] !== undefined);
  const { losses } = given;
  return {
    ...Object.fromEntries(said.map((name) => [name, given[name]])),
    ...(losses !== undefined && { losses: asUsage("--losses", () => parseObjective(losses)) }),
  };
}

/** Errors of a flag's parser as errors of the command line. */
export function asUsage<T>(flag: string, parse: () => T): T {
  try {
    return parse();
  } catch (cause) {
    throw new UsageError(`${flag}: ${(cause as Error).message}`, { cause });
  }
}
