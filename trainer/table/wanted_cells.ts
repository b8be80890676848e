// Flags → the cells of a table, each configured: what is wrong with a flag or a file is said before the first one trains.

import { join } from "@std/path";
import { type Flags, UsageError } from "../../models/cli.ts";
import { scanDataset } from "../../models/dataset.ts";
import { exists } from "../../models/files.ts";
import type { Sample } from "../../models/sample.ts";
import type { TrainConfig } from "../config.ts";
import { asUsage, configure } from "../configure.ts";
import { parseSwitches } from "../data/augment/switches.ts";
import { dataRoot } from "../data/root.ts";
import { getNetwork } from "../networks/presets.ts";
import { tunedPresets } from "../recipes.ts";
import { cellName } from "./cell.ts";
import { type CellPlace, modelName } from "./fill_cell.ts";
import { hashData } from "./hash_data.ts";
import type { tableFlags } from "./table_flags.ts";

/** A cell that is wanted, and where it lies. */
export interface WantedCell {
  readonly config: TrainConfig;
  readonly place: CellPlace;
  /** Of its class. */
  readonly samples: readonly Sample[];
}

/**
 * All cells that the flags ask for: one split after the other, so that the first has its whole table before the second begins.
 *
 * @throws UsageError naming the flag that is wrong, Error when the data set or a file cannot be used.
 */
export async function wantedCells(
  given: Flags<typeof tableFlags> & { readonly data: string },
): Promise<WantedCell[]> {
  const presets = parsePresets(given.presets);
  const splitSeeds = parseSeeds(given.splitSeed);
  const root = await dataRoot(given.data);
  const wanted = given.classes.length > 0 ? given.classes : undefined;
  const ofClass = Map.groupBy(await scanDataset(root, wanted), ({ product }) => product);
  const classes = [...ofClass.keys()];
  const switches = asUsage("--augment", () => parseSwitches(given.augment, classes));
  const { moreGood, out, encoder, encoderNormalisation } = given;
  if (moreGood !== undefined) await expectFolders(moreGood, classes);
  const hashes = new Map<string, string>();
  for (const [name, samples] of ofClass) hashes.set(name, await hashData(root, samples));

  const cells: WantedCell[] = [];
  for (const { splitSeed, product, network } of cellsOf(splitSeeds, classes, given.networks)) {
    const preset = presets.get(network)!;
    const choice = {
      ...{ network, preset, products: [product], switches },
      ...(network === "dpt" && { encoder, encoderNormalisation }),
    };
    const place = {
      ...{ out, name: cellName({ network, preset, product, splitSeed }) },
      splitFile: join(out, `split-${product}-${splitSeed}.json`),
      dataSha256: hashes.get(product)!,
    };
    const config = await configure({ ...given, splitSeed }, choice);
    cells.push({ config, place, samples: ofClass.get(product)! });
  }
  for (const alike of Map.groupBy(cells, ({ place }) => modelName(place.name)).values()) {
    if (alike.length === 1) continue;
    const names = alike.map(({ place }) => place.name).join(" and ");
    throw new UsageError(
      `${names} would be one package, "${
        modelName(alike[0]!.place.name)
      }": train them with --classes and an --out each`,
    );
  }
  return cells;
}

/** @throws UsageError when further images of several classes are not in a folder for each. */
async function expectFolders(moreGood: string, classes: readonly string[]): Promise<void> {
  if (classes.length === 1) return;
  for (const name of classes) {
    const folder = join(moreGood, name);
    if (!await exists(folder)) {
      throw new UsageError(
        `--more-good must hold a folder for each class: there is no "${folder}"`,
      );
    }
  }
}

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
