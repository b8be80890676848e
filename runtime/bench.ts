// `deno task bench`: latency by stage and masks against the truth, for every provider and variant.

import { dirname } from "@std/path";
import { standardDataset } from "../fixtures/dataset.ts";
import type { Card, VariantName } from "../models/card.ts";
import { productsSplitOtherwise, splitByCard } from "../models/card_split.ts";
import { parseFlags, runMain } from "../models/cli.ts";
import { type Sample, scanDataset } from "../models/dataset.ts";
import { findPackage, openPackage } from "../models/package.ts";
import { progressBar } from "../models/progress.ts";
import { samplesOf } from "../models/split.ts";
import { makeFrameSets } from "./bench/frame_sets.ts";
import { type BenchLane, findBenchLanes } from "./bench/lanes.ts";
import { frameCount, type FrameSet, measureLatency } from "./bench/latency.ts";
import { describeMachine } from "./bench/machine.ts";
import { measureQuality, spread } from "./bench/quality.ts";
import { type BenchResult, toJson, toText } from "./bench/report.ts";
import { DECODER_NAMES, type DecoderName } from "./decoder.ts";
import { PROVIDER_NAMES, type ProviderName } from "./engine/provider.ts";

const VARIANTS = ["fp32", "fp16", "int8"] as const satisfies VariantName[];

const flags = {
  package: {
    type: "string",
    description: "Folder of the package (default: newest version of unet-tiny in models/)",
  },
  data: {
    type: "string",
    description: "Data set in MVTec AD's layout (default: the synthetic one, made if absent)",
  },
  providers: {
    type: "list",
    choices: PROVIDER_NAMES,
    description: "What to measure; a software GPU only when named (default: all that are here)",
  },
  variants: {
    type: "list",
    choices: VARIANTS,
    description: "Variants of the package (default: all it has)",
  },
  decoders: {
    type: "list",
    choices: DECODER_NAMES,
    description: "What decodes PNG and JPEG (default: all that are here)",
  },
  frames: {
    type: "integer",
    min: 1,
    default: 100,
    description: "Frames of each kind that are timed on each lane",
  },
  images: {
    type: "integer",
    min: 0,
    description: "At most this many images of the test part, evenly spread (default: all)",
  },
  threads: {
    type: "integer",
    min: 1,
    description: "Threads of a lane (default: cores, at most 8)",
  },
  json: { type: "string", default: "runs/bench.json", description: "Where the JSON goes" },
} as const;

const about = {
  command: "deno task bench",
  summary: "Measures a package on this machine: latency by stage, masks against the test part.",
};

/** Images that become frames; enough that no cache holds one picture. */
const DISTINCT_FRAMES = 16;

async function main(args: string[]): Promise<void> {
  const { package: dir, data, frames: rounds, images = Infinity, threads, json, ...chosen } =
    parseFlags(args, flags, about);
  const opened = dir === undefined
    ? await findPackage("models", "unet-tiny")
    : await openPackage(dir);
  const { card } = opened;
  const variants = chosen.variants.length > 0
    ? chosen.variants as VariantName[]
    : VARIANTS.filter((variant) => card.variants[variant] !== undefined);

  const root = data ?? await standardDataset();
  const { samples, noQuality } = await testSamples(root, card);
  const frameSets = await makeFrameSets(
    root,
    spread(samples, DISTINCT_FRAMES),
    card.input.width,
    card.input.height,
  );
  const { lanes, missing } = await findBenchLanes({
    packageDir: opened.dir,
    providers: chosen.providers as ProviderName[],
    variants,
    decoders: chosen.decoders as DecoderName[],
    ...(threads !== undefined && { threads }),
  });
  if (lanes.length === 0) {
    const reasons = missing.map(({ provider, variant, reason }) =>
      `${provider} ${variant}: ${reason}`
    );
    throw new Error(`Cannot measure ${card.name}: nothing here can run it\n${reasons.join("\n")}`);
  }

  const compared = noQuality === undefined ? spread(samples, images) : [];
  const { latency, quality } = await measure(lanes, frameSets, rounds, root, compared);
  const name = `${
    data ?? "the synthetic data set"
  }, test part, split seed ${card.training.split.seed}`;
  const result = {
    ...{ card, machine: describeMachine(), data: name, latency, quality, missing },
    ...(noQuality !== undefined && { noQuality }),
  };
  console.log(toText(result));
  await Deno.mkdir(dirname(json), { recursive: true });
  await Deno.writeTextFile(json, JSON.stringify(toJson(result, new Date()), null, 2) + "\n");
  console.log(`\nWritten to ${json}`);
}

async function measure(
  lanes: readonly BenchLane[],
  frameSets: readonly FrameSet[],
  rounds: number,
  root: string,
  samples: readonly Sample[],
): Promise<Pick<BenchResult, "latency" | "quality">> {
  const raw = lanes.filter(({ encodedOnly }) => !encodedOnly);
  const total = frameCount(lanes, frameSets, rounds) + samples.length * raw.length;
  using bar = progressBar({ label: "bench", total, unit: "frames" });
  const onFrame = () => bar.tick();
  const latency = await measureLatency(lanes, frameSets, rounds, onFrame);
  if (samples.length === 0) return { latency, quality: [] };
  return { latency, quality: await measureQuality(lanes, root, samples, onFrame) };
}

/**
 * The test part by the card's own split: the images that training and threshold never saw. Where the data is split
 * otherwise than when the package was trained, these are good for timing alone: `noQuality` says so.
 */
async function testSamples(
  root: string,
  card: Card,
): Promise<Pick<BenchResult, "noQuality"> & { readonly samples: readonly Sample[] }> {
  const all = await scanDataset(root, card.products);
  const said = card.training.split;
  const split = await splitByCard(said, root, all);
  const samples = samplesOf(split, "test", all);
  const others = await productsSplitOtherwise(said, split, all);
  if (others.length === 0) return { samples };
  return {
    samples,
    noQuality:
      `by the seed of its card images of ${others.join(", ")} come into other parts than ` +
      `when ${card.name} ${card.version} was trained, and it may have learned them; measure it with ` +
      `deno task evaluate --split or --run, or by --part all on data that it never saw`,
  };
}

if (import.meta.main) await runMain(main);
