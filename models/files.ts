// Questions about files that Deno does not answer in one call.

import { join } from "@std/path";

/** Whether a file or folder is there. Any other trouble in asking is thrown, not hidden. */
export async function exists(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** What a name in a folder stands for. */
export type EntryKind = "isFile" | "isDirectory";

/**
 * Names of one kind in a folder, in no order; an absent folder is empty. A link counts as what it leads to, one that leads
 * nowhere as a file, which says so when it is opened.
 */
export async function namesIn(folder: string, kind: EntryKind): Promise<string[]> {
  const names: string[] = [];
  try {
    for await (const entry of Deno.readDir(folder)) {
      const is = entry.isSymlink ? await linked(join(folder, entry.name)) : entry;
      if (is[kind]) names.push(entry.name);
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return names;
}

async function linked(path: string): Promise<Pick<Deno.FileInfo, EntryKind>> {
  try {
    return await Deno.stat(path);
  } catch (error) {
    const leadsNowhere = error instanceof Deno.errors.NotFound ||
      error instanceof Deno.errors.FilesystemLoop;
    if (leadsNowhere) return { isFile: true, isDirectory: false };
    throw error;
  }
}
