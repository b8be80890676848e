// One cell of the table: a network trained on a class, and what it measured. Also how it lies in its folder.

import { join, resolve } from "@std/path";
import { z } from "zod";
import { exists } from "../../models/files.ts";
import { readJsonFile, writeJsonFile } from "../../models/json_file.ts";
import type { PinnedEncoder, TrainConfig } from "../config.ts";

/** What a cell measured on its test part, through ONNX Runtime. */
export interface CellResult {
  readonly product: string;
  readonly network: string;
  readonly preset: string;
  /** Whether the encoder began with published weights. */
  readonly pretrained: boolean;
  readonly seed: number;
  readonly splitSeed: number;
  /** Steps of the checkpoint that was measured: the run's best. */
  readonly steps: number;
  readonly batch: number;
  /** Chosen on validation. */
  readonly threshold: number;
  readonly images: number;
  readonly iouImage: number;
  readonly allEmpty: number;
  readonly iouDefect: number;
  /** `hashData` of what it was trained and measured on. Absent in results of before it. */
  readonly dataSha256?: string | undefined;
}

const share = z.number().min(0).max(1);
const resultSchema: z.ZodType<CellResult> = z.strictObject({
  product: z.string(),
  network: z.string(),
  preset: z.string(),
  pretrained: z.boolean(),
  seed: z.int(),
  splitSeed: z.int(),
  steps: z.int(),
  batch: z.int(),
  threshold: share,
  images: z.int(),
  iouImage: share,
  allEmpty: share,
  iouDefect: share,
  dataSha256: z.string().optional(),
});

/** Name of a cell's run and package: one that tells the split where it is not the usual one. */
export function cellName(
  { network, preset, product, splitSeed }: Pick<
    CellResult,
    "network" | "preset" | "product" | "splitSeed"
  >,
): string {
  const name = `${network}-${preset}-${product}`;
  return splitSeed === 0 ? name : `${name}-split${splitSeed}`;
}

const resultFile = (dir: string) => join(dir, "result.json");

/** What a finished cell measured, or null when it is not finished. @throws as `readJsonFile`. */
export async function readResult(dir: string): Promise<CellResult | null> {
  const file = resultFile(dir);
  if (!await exists(file)) return null;
  return await readJsonFile(file, "result", resultSchema);
}

export async function writeResult(dir: string, result: CellResult): Promise<void> {
  await writeJsonFile(resultFile(dir), result);
}

/** What decides nothing about a result: a run may go on with another. */
const free: ReadonlySet<string> = new Set<keyof TrainConfig>(
  ["workers", "cacheMb", "checkpointEvery"],
);

function isSameEncoder(one: PinnedEncoder | null, other: PinnedEncoder | null): boolean {
  return one?.sha256 === other?.sha256 && one?.normalisation === other?.normalisation;
}

/**
 * @throws Error naming the fields in which a begun run is not the one that is wanted now: its result would stand in the table
 * under a wrong name.
 */
export function expectSameRun(dir: string, begun: TrainConfig, wanted: TrainConfig): void {
  // One folder has many paths, and a file of weights many places.
  const isSame = (name: keyof TrainConfig) => {
    if (name === "data") return resolve(begun.data) === resolve(wanted.data);
    if (name === "encoder") return isSameEncoder(begun.encoder, wanted.encoder);
    return JSON.stringify(begun[name]) === JSON.stringify(wanted[name]);
  };
  const names = (Object.keys(wanted) as (keyof TrainConfig)[])
    .filter((name) => !free.has(name) && !isSame(name));
  if (names.length === 0) return;
  const changes = names.map((name) =>
    `${name} was ${JSON.stringify(begun[name])}, is ${JSON.stringify(wanted[name])}`
  );
  throw new Error(
    `Cannot go on with "${dir}": ${changes.join("; ")}. Choose another --out, or remove the folder`,
  );
}
