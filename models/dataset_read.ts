// Reads files of a data set. Knows no layout and decodes nothing.

import { join } from "@std/path";

/** Whether a path may stand for one that is not UTF-8: in listings Deno gives U+FFFD for what it cannot read. */
export function maySpellAnother(path: string): boolean {
  return path.includes("\uFFFD");
}

/** What is the matter with such a path that was listed and is not there. */
export function notUtf8(path: string): Error {
  return new Error(`Cannot open "${path}": its name is not UTF-8, rename it`);
}

/** A file's bytes, by its path from the root. Throws what `Deno.readFile` throws, and Error for a name that is not UTF-8. */
export async function readDataFile(root: string, path: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return await Deno.readFile(join(root, path));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound && maySpellAnother(path)) throw notUtf8(path);
    throw error;
  }
}
