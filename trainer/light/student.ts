// One student: trained on what its teacher knows, written as a package. Goes on wherever an earlier try left it.

import { join } from "@std/path";
import { isPackage, openPackage, type Package } from "../../models/package.ts";
import type { Split } from "../../models/split.ts";
import type { TrainConfig } from "../config.ts";
import { exportPackage } from "../export.ts";
import { roundedRun } from "../fine_tuning.ts";
import { claimVersion } from "../package/write_package.ts";
import { dataName, repeatCommand } from "../repeat_command.ts";
import { createRun, hasBegun, openRun, type RunFolder } from "../run_folder.ts";
import { expectSameRun } from "../table/cell.ts";
import { train } from "../train.ts";
import { OverBudgetError, type VariantOptions } from "../variants.ts";

export interface StudentPlace {
  /** Folder of the run; one that trains on with numbers rounded lies beside it. */
  readonly run: string;
  /** What the teacher was trained by. */
  readonly split: Split;
  /** Folder of packages. */
  readonly models: string;
  readonly name: string;
  readonly version: string;
  readonly replace: boolean;
}

export interface Student {
  readonly run: RunFolder;
  readonly package: Package;
}

/**
 * Trains to the end and writes the package. Where int8 loses more than it may, whatever nodes are float32, it trains on with
 * numbers rounded and writes that. The backend must be set.
 *
 * @param stop Ends the training after the step at hand, with a checkpoint.
 * @returns null when `stop` ended it.
 * @throws PackageError when the version exists, is another run's and is not to be replaced, before anything is trained; Error when
 * the run's folder holds another run, and as training and export do.
 */
export async function makeStudent(
  config: TrainConfig,
  place: StudentPlace,
  variants: VariantOptions,
  stop: AbortSignal,
): Promise<Student | null> {
  const { split } = place;
  const say = variants.say ?? (() => {});
  const first = await begunRun(place.run, config);
  const roundedDir = `${place.run}-int8`;
  const roundedConfig = roundedRun(first?.config ?? config, place.run);
  const second = await begunRun(roundedDir, roundedConfig);
  const written = await writtenStudent(place, [second, first]);
  if (written !== null) {
    say(`"${written.package.dir}" is written already`);
    return written;
  }
  await claimVersion(place.models, place, place.replace); // before hours of training, not after

  if (second === null) {
    const run = first ?? await createRun(place.run, config, split);
    if ((await train(run, stop, say)).isStopped) return null;
    try {
      return await writeStudent(run, place, variants);
    } catch (error) {
      if (!(error instanceof OverBudgetError)) throw error;
      say(`int8 loses too much of "${place.run}", whatever nodes are float32`);
    }
  }
  const run = second ?? await createRun(roundedDir, roundedConfig, split);
  say(
    `${second === null ? "training" : "going on"} with numbers rounded as int8 has them: ` +
      `${run.config.steps} steps, in "${roundedDir}"`,
  );
  if ((await train(run, stop, say)).isStopped) return null;
  return await writeStudent(run, place, variants);
}

/** The run that a folder holds, or null. @throws Error when it is another one. */
export async function begunRun(dir: string, config: TrainConfig): Promise<RunFolder | null> {
  if (!await hasBegun(dir)) return null;
  const run = await openRun(dir);
  expectSameRun(dir, run.config, { ...config, splitSeed: run.config.splitSeed });
  return run;
}

/** What an earlier try wrote of one of the runs, or null where there is none or it is to be replaced. */
async function writtenStudent(
  { models, name, version, replace }: StudentPlace,
  runs: readonly (RunFolder | null)[],
): Promise<Student | null> {
  const dir = join(models, name, version);
  if (replace || !await isPackage(dir)) return null;
  const written = await openPackage(dir);
  for (const run of runs) {
    if (run !== null && written.card.training.command === await repeatCommand(run)) {
      return { run, package: written };
    }
  }
  return null;
}

async function writeStudent(
  run: RunFolder,
  { name, version, models, replace }: StudentPlace,
  variants: VariantOptions,
): Promise<Student> {
  const { dir } = await exportPackage(run, {
    ...{ name, version, models, replace, variants, checkpoint: "best", minRegionPixels: 0 },
    command: await repeatCommand(run),
    dataName: dataName(run),
  });
  return { run, package: await openPackage(dir) };
}
