// The folder of a training run: what is in it, and who may use it.
//
//   config.json        every number that decided the result
//   split.json         which image is in which part
//   log.jsonl          one line a step and one an evaluation
//   events.out.…       the same for TensorBoard, a file each time the run is begun or resumed
//   ranges.json        what numbers are rounded by, where they are
//   last.safetensors   where to resume
//   best.safetensors   what to export

import { join } from "@std/path";
import { scanDataset } from "../models/dataset.ts";
import { readSplit, type Split, writeSplit } from "../models/split.ts";
import { openSplit, splitDataset } from "../models/split_dataset.ts";
import { exists } from "../models/files.ts";
import { writeJsonFile } from "../models/json_file.ts";
import type { TrainConfig } from "./config.ts";
import { parseConfig } from "./parse_config.ts";
import { dataRoot } from "./data/root.ts";

export interface RunFolder {
  readonly dir: string;
  readonly config: TrainConfig;
  readonly split: Split;
  readonly splitFile: string;
  readonly last: string;
  readonly best: string;
  readonly log: string;
  readonly ranges: string;
}

function runFolder(dir: string, config: TrainConfig, split: Split): RunFolder {
  return {
    dir,
    config,
    split,
    splitFile: join(dir, "split.json"),
    last: join(dir, "last.safetensors"),
    best: join(dir, "best.safetensors"),
    log: join(dir, "log.jsonl"),
    ranges: join(dir, "ranges.json"),
  };
}

/** Whether a folder holds a run that has begun: one that could not even start is none. */
export async function hasBegun(dir: string): Promise<boolean> {
  return await exists(join(dir, "log.jsonl")) || await exists(join(dir, "last.safetensors"));
}

/**
 * Starts a run in a folder, with the split of the data set. A run that has begun is not overwritten.
 *
 * @param known The split to use, or its file, which is made by `splitSeed` where it is not there. It has a seed of its own,
 *   which the run's configuration then names. Without it the split is the run's own.
 * @throws Error when the folder holds a run, the data set is none, or the split is another data set's.
 */
export async function createRun(
  dir: string,
  wanted: TrainConfig,
  known?: Split | string,
): Promise<RunFolder> {
  if (await hasBegun(dir)) {
    throw new Error(
      `Cannot start a run in "${dir}": it holds one; go on with --resume, or choose another --out`,
    );
  }
  const root = await dataRoot(wanted.data);
  const samples = await scanDataset(root, wanted.products);
  const options = { seed: wanted.splitSeed };
  const split = typeof known === "string"
    ? await openSplit(known, root, samples, options)
    : known ?? await splitDataset(root, samples, options);
  const config = { ...wanted, splitSeed: split.seed };
  await Deno.mkdir(dir, { recursive: true });
  const run = runFolder(dir, config, split);
  if (await exists(run.ranges)) await Deno.remove(run.ranges); // of a start that failed
  await writeSplit(run.splitFile, split);
  await writeJsonFile(join(dir, "config.json"), config);
  return run;
}

/** Opens a run to resume or export it. @throws Error when the folder holds none. */
export async function openRun(dir: string): Promise<RunFolder> {
  const file = join(dir, "config.json");
  if (!await exists(file)) {
    throw new Error(
      `Cannot open run "${dir}": it has no config.json; start one with deno task train --out`,
    );
  }
  const config = parseConfig(await Deno.readTextFile(file), file);
  return runFolder(dir, config, await readSplit(join(dir, "split.json")));
}
