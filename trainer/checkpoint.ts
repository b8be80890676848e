// A training run at one step, on disk: whole or not there.

import { z } from "zod";
import { exists } from "../models/files.ts";
import { readSafetensors, type Tensor, writeSafetensors } from "../models/safetensors.ts";
import { writeAtomically } from "../models/write_atomically.ts";

export interface Checkpoint {
  /** Steps of the schedule that are behind. */
  readonly step: number;
  /** Those among them that were passed over, not taken. */
  readonly skipped?: number | undefined;
  readonly tensors: ReadonlyMap<string, Tensor>;
}

const metadataSchema = z.object({
  lineside: z.literal("checkpoint/1"),
  state: z.string().transform((text) => JSON.parse(text)).pipe(
    z.object({ step: z.int().min(0), skipped: z.int().min(0).optional() }),
  ),
});

/** A kill at any moment leaves the old one or the new one. */
export async function writeCheckpoint(file: string, checkpoint: Checkpoint): Promise<void> {
  const { tensors, ...state } = checkpoint;
  const metadata = { lineside: "checkpoint/1", state: JSON.stringify(state) };
  await writeAtomically(file, writeSafetensors(tensors, metadata));
}

/** What another run starts with: the best, or before the first look at the validation part the last. @throws as `readCheckpoint`. */
export async function readStart(
  { best, last }: { readonly best: string; readonly last: string },
): Promise<Checkpoint> {
  return await readCheckpoint(await exists(best) ? best : last);
}

/** @throws Error that names the file when it is not a checkpoint. */
export async function readCheckpoint(file: string): Promise<Checkpoint> {
  try {
    const { tensors, metadata } = readSafetensors(await Deno.readFile(file));
    return { tensors, ...metadataSchema.parse(metadata).state };
  } catch (cause) {
    throw new Error(`Cannot read checkpoint "${file}"`, { cause });
  }
}
