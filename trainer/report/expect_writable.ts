// Commands that work long before they write try the place first.

import { dirname } from "@std/path";
import { exists } from "../../models/files.ts";

/**
 * Makes the folder of a file and tries whether the file can be written. One that is there keeps what it holds.
 *
 * @throws Error that names the file, with the cause.
 */
export async function expectWritable(file: string): Promise<void> {
  try {
    await Deno.mkdir(dirname(file), { recursive: true });
    const wasThere = await exists(file);
    (await Deno.open(file, { write: true, create: true })).close();
    if (!wasThere) await Deno.remove(file);
  } catch (cause) {
    throw new Error(`Cannot write "${file}"`, { cause });
  }
}
