// A training run at one step, on disk: whole or not there.

import { dirname } from "@std/path";
import { z } from "zod";
import { readSafetensors, type Tensor, writeSafetensors } from "../models/safetensors.ts";

export interface Checkpoint {
  /** Steps taken. */
  readonly step: number;
  /** Best validation score so far, or null before the first evaluation. */
  readonly best: number | null;
  readonly tensors: ReadonlyMap<string, Tensor>;
}

const metadataSchema = z.object({
  lineside: z.literal("checkpoint/1"),
  state: z.string().transform((text) => JSON.parse(text)).pipe(
    z.strictObject({ step: z.int().min(0), best: z.number().nullable() }),
  ),
});

/** Writes beside the file and moves it into place, so that a kill at any moment leaves the old one or the new one. */
export async function writeCheckpoint(file: string, checkpoint: Checkpoint): Promise<void> {
  const { step, best, tensors } = checkpoint;
  const bytes = writeSafetensors(tensors, {
    lineside: "checkpoint/1",
    state: JSON.stringify({ step, best }),
  });
  const partial = await Deno.makeTempFile({ dir: dirname(file), prefix: ".checkpoint-" });
  try {
    using handle = await Deno.open(partial, { write: true });
    await write(handle, bytes);
    await handle.sync();
    await Deno.rename(partial, file);
  } catch (error) {
    await Deno.remove(partial).catch(() => {});
    throw error;
  }
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

async function write(file: Deno.FsFile, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await file.write(bytes.subarray(at));
}
