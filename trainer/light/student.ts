// One student: trained on what its teacher knows, written as a package. Goes on wherever an earlier try left it.

import { openPackage, type Package } from "../../models/package.ts";
import type { TrainConfig } from "../config.ts";
import { exportPackage } from "../export.ts";
import { claimVersion } from "../package/write_package.ts";
import { dataName, repeatCommand } from "../repeat_command.ts";
import { createRun, hasBegun, openRun, type RunFolder } from "../run_folder.ts";
import { expectSameRun } from "../table/cell.ts";
import { train } from "../train.ts";
import type { VariantOptions } from "../variants.ts";

export interface StudentPlace {
  /** Folder of the run. */
  readonly run: string;
  /** Split that the teacher was trained by. */
  readonly splitFile: string;
  /** Folder of packages. */
  readonly models: string;
  readonly name: string;
  readonly version: string;
  readonly replace: boolean;
}

/**
 * Trains to the end and writes the package. The backend must be set.
 *
 * @param stop Ends the training after the step at hand, with a checkpoint.
 * @returns null when `stop` ended it.
 * @throws PackageError when the version exists and is not to be replaced, before anything is trained; Error when the run's
 * folder holds another run, and as training and export do.
 */
export async function makeStudent(
  config: TrainConfig,
  place: StudentPlace,
  variants: VariantOptions,
  stop: AbortSignal,
): Promise<{ readonly run: RunFolder; readonly package: Package } | null> {
  const { name, version, models, replace } = place;
  await claimVersion(models, { name, version }, replace); // before hours of training, not after
  const begun = await hasBegun(place.run);
  const run = begun
    ? await openRun(place.run)
    : await createRun(place.run, config, place.splitFile);
  expectSameRun(place.run, run.config, { ...config, splitSeed: run.config.splitSeed });
  const { isStopped } = await train(run, stop, variants.say);
  if (isStopped) return null;
  const { dir } = await exportPackage(run, {
    ...{ name, version, models, replace, variants, checkpoint: "best", minRegionPixels: 0 },
    command: await repeatCommand(run),
    dataName: dataName(run),
  });
  return { run, package: await openPackage(dir) };
}
