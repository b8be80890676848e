// `deno task table`: trains and measures every network on every class, and sets the results beside the published ones.

import { join } from "@std/path";
import { parseFlags, runMain, UsageError } from "../models/cli.ts";
import { scanDataset } from "../models/dataset.ts";
import { writeJsonFile } from "../models/json_file.ts";
import { writeSection } from "./report/readme.ts";
import { readSplit, samplesOf } from "../models/split.ts";
import { writeAtomically } from "../models/write_atomically.ts";
import { useBackend } from "./backend/select.ts";
import { configure } from "./configure.ts";
import { dataRoot } from "./data/root.ts";
import { getNetwork, presetNames } from "./networks/presets.ts";
import { cellName, type CellResult, readResult } from "./table/cell.ts";
import { fillCell, runOf } from "./table/fill_cell.ts";
import { formatTable, publishedOf } from "./table/format_table.ts";
import { onePixelIou } from "./table/one_pixel.ts";
import { formatPresets, tunedPresets } from "./recipes.ts";
import { recipeFlags, runFlags } from "./train_flags.ts";

const flags = {
  ...runFlags,
  splitSeed: {
    type: "list",
    default: ["0"],
    description:
      "Decides which image is in which part; of several, as 0,1,2, every cell is trained on each",
  },
  classes: { type: "list", description: "Classes to train on, one model each (default: all)" },
  networks: {
    type: "list",
    choices: [...presetNames.keys()],
    default: ["unet", "resunet", "dpt"],
    description: "Networks to train",
  },
  presets: {
    type: "list",
    description: `Sizes of networks (default for each: ${formatPresets(tunedPresets)})`,
  },
  encoder: {
    type: "string",
    description:
      "Published weights (.safetensors) for the encoder of dpt; the other networks start from chance",
  },
  out: {
    type: "string",
    default: "runs/table",
    description: "Folder of runs, packages and results",
  },
  finished: {
    type: "boolean",
    description: "Train nothing: write the table of what is finished in --out, a dash for the rest",
  },
  readme: {
    type: "string",
    description:
      "Document whose section between the markers table:begin and table:end gets the table",
  },
  ...recipeFlags,
} as const;

const about = {
  command: "deno task table",
  summary:
    "Trains and measures class × network × split and writes table.md and table.json. Ctrl-C saves; the same command goes on.",
};

if (import.meta.main) {
  await runMain(async (args, interrupted) => {
    const given = parseFlags(args, flags, about);
    if (given.data === undefined) throw new UsageError("--data must name a folder");
    const presets = parsePresets(given.presets);
    const splitSeeds = parseSeeds(given.splitSeed);
    const wanted = given.classes.length > 0 ? given.classes : undefined;
    const root = await dataRoot(given.data);
    const samples = await scanDataset(root, wanted);
    const classes = [...new Set(samples.map(({ product }) => product))];
    await useBackend(given.backend);

    const results: CellResult[] = [];
    const onePixel = new Map<string, number>();
    for (const { splitSeed, product, network } of cellsOf(splitSeeds, classes, given.networks)) {
      const preset = presets.get(network)!;
      const encoder = network === "dpt" ? given.encoder : undefined;
      const config = await configure(
        { ...given, splitSeed },
        { network, preset, products: [product], encoder },
      );
      const splitFile = join(given.out, `split-${product}-${splitSeed}.json`);
      const name = cellName({ network, preset, product, splitSeed });
      const place = { out: given.out, name, splitFile };
      const isFinished = await readResult(runOf(place)) !== null;
      if (given.finished && !isFinished) continue;
      await Deno.mkdir(given.out, { recursive: true });
      const result = await fillCell(config, place, interrupted, console.error);
      if (result === null) {
        console.error(`Stopped. The same command goes on with ${name}`);
        return;
      }
      results.push(result);
      if (!onePixel.has(product)) {
        const test = samplesOf(await readSplit(splitFile), "test", samples);
        onePixel.set(product, await onePixelIou(root, test, config));
      }
      await writeTable(given.out, results, onePixel);
    }
    if (results.length === 0) throw new UsageError(`--finished: no cell is, in "${given.out}"`);
    const table = formatTable(results, onePixel);
    console.log(table);
    if (given.readme !== undefined) await writeSection(given.readme, "table", table);
  });
}

/** One split after the other: the first has its whole table before the second begins. */
function cellsOf(
  splitSeeds: readonly number[],
  classes: readonly string[],
  networks: readonly string[],
) {
  return splitSeeds.flatMap((splitSeed) =>
    classes.flatMap((product) => networks.map((network) => ({ splitSeed, product, network })))
  );
}

/** Each once, in the order they are given. */
function parseSeeds(texts: readonly string[]): number[] {
  const seeds = texts.map((text) => {
    if (/^-?\d+$/.test(text) && Number.isSafeInteger(Number(text))) return Number(text);
    throw new UsageError(`--split-seed must be whole numbers as in 0,1,2, is "${text}"`);
  });
  return [...new Set(seeds)];
}

/** `dpt=tiny` and the like, by network; the others as their recipes were found. */
function parsePresets(texts: readonly string[]): Map<string, string> {
  const presets = new Map(tunedPresets);
  for (const text of texts) {
    const [network = "", preset] = text.split("=");
    if (preset === undefined) {
      throw new UsageError(`--presets must be network=preset as in dpt=tiny, is "${text}"`);
    }
    try {
      getNetwork(network, preset);
    } catch (cause) {
      throw new UsageError(`--presets: ${(cause as Error).message}`, { cause });
    }
    presets.set(network, preset);
  }
  return presets;
}

/** After every cell: what is done may be read while the next one trains. */
async function writeTable(
  out: string,
  results: readonly CellResult[],
  onePixel: ReadonlyMap<string, number>,
): Promise<void> {
  const beside = results.map((result) => ({
    ...result,
    published: publishedOf(result) ?? null,
    onePixel: onePixel.get(result.product)!,
  }));
  await writeJsonFile(join(out, "table.json"), beside);
  await writeAtomically(join(out, "table.md"), formatTable(results, onePixel) + "\n");
}
