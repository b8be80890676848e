// Names of files and folders of a data set. Knows no layout and opens no file.

import { basename, join, resolve } from "@std/path";
import type { ProductFolder } from "./dataset_layout.ts";
import { maySpellAnother, notUtf8 } from "./dataset_read.ts";
import { type EntryKind, exists, namesIn } from "./files.ts";

/** Files that are pictures, by their ending. */
export const PICTURE_FILE = /\.(png|jpe?g)$/i;

/** Files that people take for pictures, by their ending. */
export const ANY_PICTURE_FILE = /\.(png|jpe?g|bmp|tiff?|webp|gif|avif|heic|jp2|p[bgnp]m)$/i;

/**
 * Sorted names in a folder without hidden ones; an absent folder is empty. Throws Error for one whose name is not UTF-8.
 */
export async function listNames(folder: string, kind: EntryKind): Promise<string[]> {
  const names = (await namesIn(folder, kind)).filter((name) => !name.startsWith(".")).sort();
  if (names.length === 0 && maySpellAnother(folder) && !await exists(folder)) {
    throw notUtf8(folder);
  }
  return names;
}

/** Sorted paths, from `folder` and with `/`, of the pictures in it however deep. A link to a folder around it is left out. */
export function listPictures(folder: string): Promise<string[]> {
  return listFiles(folder, PICTURE_FILE);
}

/** As `listPictures`, those of other formats. */
export async function listOtherPictures(folder: string): Promise<string[]> {
  return (await listFiles(folder, ANY_PICTURE_FILE)).filter((path) => !PICTURE_FILE.test(path));
}

/** As `listPictures`, by another ending. */
export async function listFiles(
  folder: string,
  ending: RegExp,
  around: readonly string[] = [],
): Promise<string[]> {
  const files = (await listNames(folder, "isFile")).filter((name) => ending.test(name));
  const folders = await listNames(folder, "isDirectory");
  const path = folders.length === 0 ? "" : await Deno.realPath(folder);
  if (around.includes(path)) return [];
  for (const name of folders) {
    const below = await listFiles(join(folder, name), ending, [...around, path]);
    files.push(...below.map((file) => `${name}/${file}`));
  }
  return files.sort();
}

/** The root if its folders make it a product, else those of its folders whose folders do. */
export async function findProductFolders(
  root: string,
  isProduct: (folders: readonly string[]) => boolean,
): Promise<ProductFolder[]> {
  const names = await listNames(root, "isDirectory");
  if (isProduct(names)) return [rootProduct(root)];
  const found: ProductFolder[] = [];
  for (const name of names) {
    const folders = await listNames(join(root, name), "isDirectory");
    if (isProduct(folders)) found.push({ name, prefix: `${name}/` });
  }
  return found;
}

/** The root as a product, called as the folder is. */
export function rootProduct(root: string): ProductFolder {
  return { name: basename(resolve(root)), prefix: "" };
}

/** A picture's path without its ending. */
export function stem(path: string): string {
  return path.replace(ANY_PICTURE_FILE, "");
}
