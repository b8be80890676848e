// `deno task train`: flags → configuration → loop.

import { type Flags, parseFlags, runMain, UsageError } from "../models/cli.ts";
import { scanDataset } from "../models/dataset.ts";
import { identicalFiles } from "../models/split.ts";
import { backendNames, useBackend } from "./backend/select.ts";
import { type TrainConfig, trainDefaults } from "./config.ts";
import { dataRoot } from "./data/root.ts";
import { getNetwork, presetNames } from "./networks/presets.ts";
import { plan } from "./ops/plan.ts";
import { readEncoder } from "./pretrained/encoder_file.ts";
import { createRun, openRun } from "./run_folder.ts";
import { train } from "./train.ts";

const flags = {
  data: {
    type: "string",
    description:
      'Folder in one of the layouts of deno task data, or "fixtures" for the synthetic products that come with Lineside',
  },
  products: {
    type: "list",
    description: "Products to learn, all in one model (default: all that are there)",
  },
  out: { type: "string", description: "Folder of the run" },
  resume: { type: "boolean", description: "Go on with the run in --out; other flags are not read" },
  network: {
    type: "string",
    choices: [...presetNames.keys()],
    default: "unet",
    description: "What to train",
  },
  preset: { type: "string", default: "small", description: "Size of the network" },
  size: {
    type: "string",
    default: "256x256",
    description: "Pixels of the network's input, WIDTHxHEIGHT or one number for both",
  },
  backend: {
    type: "string",
    choices: backendNames,
    default: "tensorflow",
    description: "What computes: libtensorflow, or any GPU through WebGPU",
  },
  from: {
    type: "string",
    description:
      "Run whose best weights to start with, for fine-tuning (default: start from chance)",
  },
  encoder: {
    type: "string",
    description:
      "Published weights (.safetensors, as timm, torchvision or Hugging Face name them) for the encoder of dpt or of resunet resnet18 and resnet34 (default: start from chance)",
  },
  batch: { type: "integer", min: 1, default: trainDefaults.batch, description: "Images a step" },
  steps: { type: "integer", min: 1, default: trainDefaults.steps, description: "Steps in all" },
  learningRate: {
    type: "number",
    min: 0,
    default: trainDefaults.learningRate,
    description: "Largest learning rate",
  },
  freezeAfter: {
    type: "number",
    min: 0,
    max: 1,
    default: trainDefaults.freezeAfter,
    description: "Share of the steps after which batch norms keep their statistics; 0 to fine-tune",
  },
  missedWeight: {
    type: "number",
    min: 0,
    default: trainDefaults.missedWeight,
    description: "Weight of missed defects in the loss; smaller makes outlines tighter",
  },
  seed: { type: "integer", default: 0, description: "Decides first weights and batches" },
  splitSeed: { type: "integer", default: 0, description: "Decides which image is in which part" },
  split: {
    type: "string",
    description:
      "Split file, so that several runs have the same; made by --split-seed if it is not there (default: the run's own)",
  },
  evaluateEvery: {
    type: "integer",
    min: 1,
    default: trainDefaults.evaluateEvery,
    description: "Steps between two looks at the validation part",
  },
} as const;

const about = {
  command: "deno task train",
  summary:
    "Trains a segmentation network on labelled images and writes checkpoints. Ctrl-C saves and ends.",
};

async function configure(given: Flags<typeof flags>): Promise<TrainConfig> {
  if (given.data === undefined) throw new UsageError("--data must name a folder");
  if (given.from !== undefined && given.encoder !== undefined) {
    throw new UsageError(
      "--from and --encoder exclude each other: a run's weights hold an encoder",
    );
  }
  const [, columns, rows = columns] = /^(\d+)(?:x(\d+))?$/.exec(given.size) ?? [];
  const [width, height] = [Number(columns), Number(rows)];
  if (!width || !height) {
    throw new UsageError(`--size must be WIDTHxHEIGHT or one number, is "${given.size}"`);
  }
  const presets = presetNames.get(given.network) ?? [];
  if (!presets.includes(given.preset)) {
    throw new UsageError(
      `--preset of ${given.network} must be one of ${presets.join(", ")}, is "${given.preset}"`,
    );
  }
  try {
    plan(getNetwork(given.network, given.preset), { width, height });
  } catch (cause) {
    throw new UsageError(`--size ${given.size} does not fit ${given.network} ${given.preset}`, {
      cause,
    });
  }
  const wanted = given.products.length > 0 ? given.products : undefined;
  const products = [
    ...new Set(
      (await scanDataset(await dataRoot(given.data), wanted)).map(({ product }) => product),
    ),
  ];
  const {
    data,
    network,
    preset,
    backend,
    batch,
    steps,
    learningRate,
    seed,
    splitSeed,
    evaluateEvery,
    freezeAfter,
    missedWeight,
    from = null,
  } = given;
  const encoder = given.encoder === undefined ? null : {
    file: given.encoder,
    sha256: (await readEncoder(given.encoder, { network, preset, width, height })).sha256,
  };
  return {
    ...trainDefaults,
    ...{ data, products, network, preset, width, height, backend, seed, splitSeed },
    ...{ batch, steps, learningRate, evaluateEvery, freezeAfter, missedWeight, from, encoder },
  };
}

if (import.meta.main) {
  await runMain(async (args, interrupted) => {
    const given = parseFlags(args, flags, about);
    if (given.out === undefined) throw new UsageError("--out must name the folder of the run");
    const begun = given.resume ? await openRun(given.out) : undefined;
    const config = begun?.config ?? await configure(given);
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
    const steps = await train(run, AbortSignal.any([interrupted, terminated()]));
    console.error(
      steps < config.steps
        ? `Stopped at step ${steps} of ${config.steps}. Go on: deno task train --resume --out ${run.dir}`
        : `Done. Next: deno task export --run ${run.dir} --name my-model`,
    );
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
