// `deno task train`: flags → configuration → loop.

import { type Flags, parseFlags, runMain, UsageError } from "../models/cli.ts";
import { identicalFiles } from "../models/split.ts";
import { useBackend } from "./backend/select.ts";
import type { TrainConfig } from "./config.ts";
import { configure } from "./configure.ts";
import { filledFrom, roundingRecipe } from "./fine_tuning.ts";
import { presetNames } from "./networks/presets.ts";
import { createRun, openRun } from "./run_folder.ts";
import { train } from "./train.ts";
import { distillationFlags, distillationOf, recipeFlags, runFlags } from "./train_flags.ts";

const flags = {
  ...runFlags,
  products: {
    type: "list",
    description:
      "Products to learn, all in one model (default: all that are there, or those of --from)",
  },
  out: { type: "string", description: "Folder of the run" },
  resume: { type: "boolean", description: "Go on with the run in --out; other flags are not read" },
  network: {
    type: "string",
    choices: [...presetNames.keys()],
    description: "What to train (default: that of --from, else unet)",
  },
  preset: {
    type: "string",
    description: "Size of the network (default: that of --from, else small)",
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
  split: {
    type: "string",
    description:
      "Split file, so that several runs have the same; made by --split-seed if it is not there (default: the run's own)",
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

if (import.meta.main) {
  await runMain(async (args, interrupted) => {
    const given = parseFlags(args, flags, about);
    if (given.out === undefined) throw new UsageError("--out must name the folder of the run");
    const begun = given.resume ? await openRun(given.out) : undefined;
    const config = begun?.config ??
      await configureStart(given);
    await useBackend(config.backend);
    const run = begun ?? await createRun(given.out, config, given.split);
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

/** The configuration, with what the run has that is to be gone on from. */
async function configureStart(given: Flags<typeof flags>): Promise<TrainConfig> {
  const { from, int8Aware } = given;
  const start = from === undefined ? undefined : (await openRun(from)).config;
  const filled = filledFrom(given, start);
  return await configure(filled, {
    ...filled,
    distillation: distillationOf(given),
    roundsNumbers: int8Aware,
    recipe: int8Aware && start !== undefined ? roundingRecipe(start) : undefined,
  });
}

/** Aborts at SIGTERM: a supervisor's stop is worth a checkpoint too. */
function terminated(): AbortSignal {
  const controller = new AbortController();
  if (Deno.build.os !== "windows") {
    Deno.addSignalListener("SIGTERM", () => controller.abort());
  }
  return controller.signal;
}
