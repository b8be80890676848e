// Files that are whole or not there, whenever the process ends. Knows nothing of what they hold.

import { basename, dirname, join } from "@std/path";

/**
 * Writes beside the file and moves it into place: a kill or a power cut at any moment leaves the old file or the new one.
 * The file has the mode that the umask gives. Its folder must be there.
 */
export async function writeAtomically(
  file: string,
  content: string | Uint8Array<ArrayBuffer>,
): Promise<void> {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  const name = `.${basename(file)}-${crypto.randomUUID()}.partial`;
  const partial = join(dirname(file), name);
  try {
    using handle = await Deno.open(partial, { write: true, createNew: true });
    for (let at = 0; at < bytes.length;) at += await handle.write(bytes.subarray(at));
    await handle.sync();
    await Deno.rename(partial, file);
  } catch (error) {
    await Deno.remove(partial).catch(() => {}); // the first error is the one to tell
    throw error;
  }
}

/** Removes what killed processes left of files that they were writing. Only for a folder that nobody else writes to. */
export async function removePartials(dir: string): Promise<void> {
  for await (const { name } of Deno.readDir(dir)) {
    if (/^\..+\.partial$/.test(name)) await Deno.remove(join(dir, name));
  }
}
