// A training run at one step, on disk: whole or not there.

import { z } from "zod";
import { exists } from "../models/files.ts";
import { readSafetensors, type Tensor, writeSafetensors } from "../models/safetensors.ts";
import { writeAtomically } from "../models/write_atomically.ts";

export interface Checkpoint {
  /** Steps taken. */
  readonly step: number;
  readonly tensors: ReadonlyMap<string, Tensor>;
}

const metadataSchema = z.object({
  lineside: z.literal("checkpoint/1"),
  state: z.string().transform((text) => JSON.parse(text)).pipe(
    z.object({ step: z.int().min(0) }),
  ),
});

/** A kill at any moment leaves the old one or the new one. */
export async function writeCheckpoint(file: string, checkpoint: Checkpoint): Promise<void> {
  const { step, tensors } = checkpoint;
  const metadata = { lineside: "checkpoint/1", state: JSON.stringify({ step }) };
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
