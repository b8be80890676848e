// `deno task train`: flags → configuration → loop.

import { type Flags, parseFlags, runMain, UsageError } from "../models/cli.ts";
import { identicalFiles } from "../models/split.ts";
import { useBackend } from "./backend/select.ts";
import type { TrainConfig } from "./config.ts";
import { configure, expectOneStart } from "./configure.ts";
import { filledFrom, fineTuningRecipe, roundingRecipe } from "./fine_tuning.ts";
import { presetNames } from "./networks/presets.ts";
import { formatPresets, tunedPresets } from "./recipes.ts";
import { createRun, openRun } from "./run_folder.ts";
import { terminated } from "./terminated.ts";
import { train } from "./train.ts";
import { inheritedSplit } from "./trained_split.ts";
import {
  distillationFlags,
  distillationOf,
  encoderFlags,
  recipeFlags,
  runFlags,
} from "./train_flags.ts";

/** The flags of the command. */
export const trainFlags = {
  ...runFlags,
  products: {
    type: "list",
    description:
      "Products to learn, all in one model (default: all that are there, or those of --from)",
  },
  out: { type: "string", description: "Folder of the run" },
  resume: { type: "boolean", description: "Go on with the run in --out; takes no other flag" },
  network: {
    type: "string",
    choices: [...presetNames.keys()],
    description: "What to train (default: that of --from, else unet)",
  },
  preset: {
    type: "string",
    description:
      `Size of the network (default: that of --from, else what its recipe was found with, ${
        formatPresets(tunedPresets)
      })`,
  },
  size: {
    type: "string",
    description:
      "Pixels of the network's input, WIDTHxHEIGHT or one number for both (default: that of --from, else 256x256)",
  },
  augment: {
    type: "string",
    description: `${runFlags.augment.description} (default: that of --from, else all)`,
  },
  from: {
    type: "string",
    description:
      "Run whose best weights to start with, for fine-tuning; network, preset and size, products and data are as there (default: start from chance)",
  },
  encoder: {
    type: "string",
    description:
      "Published weights (.safetensors, as timm, torchvision or Hugging Face name them) for the encoder of dpt or of resunet resnet18 and resnet34 (default: start from chance)",
  },
  ...encoderFlags,
  split: {
    type: "string",
    description:
      "Split file, so that several runs have the same; made by --split-seed if it is not there (default: that of --from or --teacher, else the run's own)",
  },
  splitSeed: {
    type: "integer",
    description:
      "Decides which image is in which part (default: the split of --from or --teacher, else 0)",
  },
  int8Aware: {
    type: "boolean",
    description:
      "With --from: train with numbers rounded as int8 will have them, where quantizing alone loses too much; a fifth of that run's steps at a tenth of its rate",
  },
  ...distillationFlags,
  ...recipeFlags,
} as const;

const about = {
  command: "deno task train",
  summary:
    "Trains a segmentation network on labelled images and writes checkpoints. Ctrl-C saves and ends. " +
    "Numbers without a default come from the network's recipe.",
};

/** The run that the flags ask for, with what the run has that is to be gone on from. @throws as `configure`. */
export async function configOf(given: Flags<typeof trainFlags>): Promise<TrainConfig> {
  const { from, int8Aware } = given;
  expectOneStart(given); // before that run is opened
  const start = from === undefined ? undefined : (await openRun(from)).config;
  const filled = filledFrom(given, start);
  const { augment = "all", splitSeed = 0 } = given;
  return await configure({ ...filled, augment, splitSeed }, {
    ...filled,
    distillation: distillationOf(given),
    roundsNumbers: int8Aware,
    recipe: start &&
      (int8Aware ? roundingRecipe(start, given.steps) : fineTuningRecipe(filled.network, start)),
    switches: given.augment === undefined ? start?.augment : undefined,
  });
}

if (import.meta.main) {
  await runMain(async (args, interrupted) => {
    const given = parseFlags(args, trainFlags, about);
    if (given.out === undefined) throw new UsageError("--out must name the folder of the run");
    if (given.resume) expectNoOthers(args);
    const begun = given.resume ? await openRun(given.out) : undefined;
    const config = begun?.config ?? await configOf(given);
    const isOwn = given.splitSeed !== undefined || begun !== undefined;
    const known = given.split ?? (isOwn ? undefined : await inheritedSplit(config));
    await useBackend(config.backend);
    const run = begun ?? await createRun(given.out, config, known);
    const { parts, sha256 } = run.split;
    for (const paths of identicalFiles(sha256)) {
      console.error(`${paths.join(" and ")} are the same file, in the same part`);
    }
    console.error(
      `Training ${config.network} ${config.preset} at ${config.width}×${config.height} on ` +
        `${config.products.join(", ")}: ${parts.train.length} images to train, ` +
        `${parts.validation.length} to validate, ${parts.test.length} to test`,
    );
    const { step, isStopped } = await train(run, AbortSignal.any([interrupted, terminated()]));
    console.error(
      isStopped
        ? `Stopped at step ${step} of ${config.steps}. Go on: deno task train --resume --out ${run.dir}`
        : `Done. Next: deno task export --run ${run.dir} --name my-model`,
    );
  });
}

/** A run goes on as it began: whoever gives it another number must learn that it is not taken. */
function expectNoOthers(args: readonly string[]): void {
  const names = args.filter((arg) => arg.startsWith("--")).map((arg) => arg.replace(/=.*/s, ""));
  const others = names.filter((name) => name !== "--resume" && name !== "--out");
  if (others.length === 0) return;
  throw new UsageError(
    `--resume goes on with what the run began with and takes no ${others.join(", ")}; ` +
      `another run can start with its weights by --from`,
  );
}
