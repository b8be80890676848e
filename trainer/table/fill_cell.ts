// Trains and measures one cell, from wherever an earlier try left it.

import { join } from "@std/path";
import type { TrainConfig } from "../config.ts";
import { exportPackage } from "../export.ts";
import { dataName, repeatCommand } from "../repeat_command.ts";
import { createRun, hasBegun, openRun } from "../run_folder.ts";
import { train } from "../train.ts";
import { readCheckpoint } from "../checkpoint.ts";
import { type CellResult, expectSameRun, readResult, writeResult } from "./cell.ts";

/** Where a cell lies, and what it shares with others. */
export interface CellPlace {
  /** Folder of the table. */
  readonly out: string;
  /** Name of the cell's run and package. */
  readonly name: string;
  /** Split file of its class, made if it is not there. */
  readonly splitFile: string;
  /** `hashData` of its class. */
  readonly dataSha256: string;
}

/** A product may be called anything, a package may not. */
export function modelName(name: string): string {
  return name.toLowerCase().match(/[a-z0-9]+/g)!.join("-");
}

/** Folder of a cell's run. */
export function runOf({ out, name }: Pick<CellPlace, "out" | "name">): string {
  return join(out, "runs", name);
}

/**
 * Gives what a finished cell measured; else trains it to its end, writes its package and measures that. The backend must be set.
 *
 * @param stop Ends the training after the step at hand, with a checkpoint.
 * @returns null when `stop` ended it.
 * @throws Error when the folder holds another run than the one that is wanted, or one that was measured on other images or
 *   masks, and as training and export do.
 */
export async function fillCell(
  config: TrainConfig,
  { out, name, splitFile, dataSha256 }: CellPlace,
  stop: AbortSignal,
  say: (line: string) => void,
): Promise<CellResult | null> {
  const dir = runOf({ out, name });
  const begun = await hasBegun(dir);
  const run = begun ? await openRun(dir) : await createRun(dir, config, splitFile);
  expectSameRun(dir, run.config, { ...config, splitSeed: run.config.splitSeed });
  const known = await readResult(dir);
  if (known !== null) {
    if ((known.dataSha256 ?? dataSha256) === dataSha256) return known;
    throw new Error(
      `Cannot use the result in "${dir}": images or masks of ${known.product} have changed since; ` +
        "restore them, choose another --out, or remove the folder",
    );
  }

  say(`${name}: ${begun ? "going on" : "training"}`);
  const { isStopped } = await train(run, stop, say);
  if (isStopped) return null;
  const { threshold, test: { overall } } = await exportPackage(run, {
    ...{ name: modelName(name), version: "1.0.0", models: join(out, "models") },
    ...{ checkpoint: "best", replace: true },
    minRegionPixels: 0, // the metric is the paper's: it knows no smallest region
    command: await repeatCommand(run),
    dataName: dataName(run),
  });
  const result: CellResult = {
    product: config.products.join("+"),
    network: config.network,
    preset: config.preset,
    pretrained: config.encoder !== null,
    seed: config.seed,
    splitSeed: run.config.splitSeed,
    steps: (await readCheckpoint(run.best)).step,
    batch: config.batch,
    threshold,
    images: overall.images,
    iouImage: overall.iou_image,
    allEmpty: overall.all_empty,
    iouDefect: overall.iou_defect,
    dataSha256,
  };
  await writeResult(dir, result);
  return result;
}
